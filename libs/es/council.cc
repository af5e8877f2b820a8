#include "libs/es/council.h"

#include <string>

#include "google/protobuf/descriptor.h"

namespace regard::es {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Empty when the fact in the wrapper has no `tenant`, or none is set.
absl::string_view Named(const Message& wrapper) {
  if (wrapper.GetDescriptor()->oneof_decl_count() == 0) return "";
  const FieldDescriptor* member =
      wrapper.GetReflection()->GetOneofFieldDescriptor(wrapper, wrapper.GetDescriptor()->oneof_decl(0));
  if (member == nullptr || member->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return "";
  const FieldDescriptor* tenant = member->message_type()->FindFieldByName("tenant");
  if (tenant == nullptr || tenant->is_repeated() || tenant->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return "";
  const Message& fact = wrapper.GetReflection()->GetMessage(wrapper, member);
  // A string field is stored as one, so that the reference is into the fact and not into the scratch.
  std::string scratch;
  return fact.GetReflection()->GetStringReference(fact, tenant, &scratch);
}

}  // namespace

absl::string_view CouncilOf(const Aggregate& aggregate, const Message& state, absl::Span<const StreamFact> facts,
                            size_t index, absl::string_view writers) {
  if (aggregate.council != nullptr) {
    const absl::string_view known = aggregate.council(state);
    if (!known.empty()) return known;
  }
  for (size_t i = index + 1; i-- > 0;) {
    if (facts[i].stream != facts[index].stream) continue;
    const absl::string_view named = Named(*facts[i].fact);
    if (!named.empty()) return named;
  }
  return writers;
}

}  // namespace regard::es
