#include "libs/es/fact_types.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "libs/es/domain.h"

namespace regard::es {

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
