#include "libs/es/fact_types.h"

#include <array>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/arena.h"
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
  google::protobuf::Message* message = nullptr;
  // Where the message is. Nearly every fact fits the block, so that the next one needs no memory.
  std::array<char, 1024> block;
  google::protobuf::Arena arena{block.data(), block.size()};
};
constexpr size_t kRecentFacts = 1024;

absl::Status UnknownKind(const log::v1::Fact& fact) {
  return absl::UnimplementedError(absl::StrCat("unknown kind of stream: ", KindOf(fact.stream())));
}

absl::Status ParseInto(google::protobuf::Message& message, const log::v1::Fact& fact) {
  if (!message.ParseFromString(fact.body())) {
    return absl::DataLossError(absl::StrCat("a fact of ", KindOf(fact.stream()), " does not parse"));
  }
  const google::protobuf::Descriptor* descriptor = message.GetDescriptor();
  if (descriptor->oneof_decl_count() == 1 &&
      !message.GetReflection()->HasOneof(message, descriptor->oneof_decl(0))) {
    return absl::UnimplementedError(absl::StrCat("a newer fact of ", KindOf(fact.stream())));
  }
  return absl::OkStatus();
}

RecentFact& RecentSlot(const log::v1::Fact& fact) {
  thread_local std::vector<RecentFact> recent(kRecentFacts);
  // Multiplied by 2^64 over the golden ratio: neighbours in memory are apart here.
  const uint64_t mixed = reinterpret_cast<uintptr_t>(&fact) * 0x9e3779b97f4a7c15u;
  return recent[mixed >> 54];
}

}  // namespace

absl::StatusOr<const google::protobuf::Message*> FactTypes::ParseOnce(
    const std::shared_ptr<const log::v1::Record>& record, const log::v1::Fact& fact) const {
  RecentFact& slot = RecentSlot(fact);
  if (slot.fact != &fact || slot.types != this) {
    const google::protobuf::Message* prototype = Find(fact.stream());
    if (prototype == nullptr) return UnknownKind(fact);
    slot.fact = nullptr;
    slot.arena.Reset();
    slot.message = prototype->New(&slot.arena);
    const absl::Status parsed = ParseInto(*slot.message, fact);
    if (!parsed.ok()) return parsed;
    slot.record = record;
    slot.fact = &fact;
    slot.types = this;
  }
  return slot.message;
}

const google::protobuf::Message* FactTypes::Find(absl::string_view stream) const {
  const auto found = types_.find(KindOf(stream));
  return found == types_.end() ? nullptr : found->second;
}

absl::StatusOr<std::unique_ptr<google::protobuf::Message>> FactTypes::Parse(const log::v1::Fact& fact) const {
  const google::protobuf::Message* prototype = Find(fact.stream());
  if (prototype == nullptr) return UnknownKind(fact);
  std::unique_ptr<google::protobuf::Message> message(prototype->New());
  const absl::Status parsed = ParseInto(*message, fact);
  if (!parsed.ok()) return parsed;
  return message;
}

}  // namespace regard::es
