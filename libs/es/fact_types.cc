#include "libs/es/fact_types.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "libs/es/domain.h"

namespace regard::es {
namespace {

// Facts lately parsed on this thread, found by where they lie in memory; an entry keeps its record alive, so that no
// other fact can lie there.
struct RecentFact {
  std::shared_ptr<const log::v1::Record> record;
  const log::v1::Fact* fact = nullptr;
  const FactTypes* types = nullptr;
  std::unique_ptr<google::protobuf::Message> message;
};
constexpr size_t kRecentFacts = 2048;

RecentFact& RecentSlot(const log::v1::Fact& fact) {
  thread_local std::vector<RecentFact> recent(kRecentFacts);
  // Multiplied by 2^64 over the golden ratio: neighbours in memory are apart here.
  const uint64_t mixed = reinterpret_cast<uintptr_t>(&fact) * 0x9e3779b97f4a7c15u;
  return recent[mixed >> 53];
}

}  // namespace

absl::StatusOr<const google::protobuf::Message*> FactTypes::ParseOnce(
    const std::shared_ptr<const log::v1::Record>& record, const log::v1::Fact& fact) const {
  RecentFact& slot = RecentSlot(fact);
  if (slot.fact != &fact || slot.types != this) {
    absl::StatusOr<std::unique_ptr<google::protobuf::Message>> parsed = Parse(fact);
    if (!parsed.ok()) return parsed.status();
    slot = {record, &fact, this, *std::move(parsed)};
  }
  return slot.message.get();
}

const google::protobuf::Message* FactTypes::Find(absl::string_view stream) const {
  const auto found = types_.find(KindOf(stream));
  return found == types_.end() ? nullptr : found->second;
}

absl::StatusOr<std::unique_ptr<google::protobuf::Message>> FactTypes::Parse(const log::v1::Fact& fact) const {
  const google::protobuf::Message* prototype = Find(fact.stream());
  if (prototype == nullptr) {
    return absl::UnimplementedError(absl::StrCat("unknown kind of stream: ", KindOf(fact.stream())));
  }
  std::unique_ptr<google::protobuf::Message> message(prototype->New());
  if (!message->ParseFromString(fact.body())) {
    return absl::DataLossError(absl::StrCat("a fact of ", KindOf(fact.stream()), " does not parse"));
  }
  const google::protobuf::Descriptor* descriptor = message->GetDescriptor();
  if (descriptor->oneof_decl_count() == 1 &&
      !message->GetReflection()->HasOneof(*message, descriptor->oneof_decl(0))) {
    return absl::UnimplementedError(absl::StrCat("a newer fact of ", KindOf(fact.stream())));
  }
  return message;
}

}  // namespace regard::es
