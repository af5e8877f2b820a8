#include "libs/es/feature_level.h"

#include "google/protobuf/descriptor.h"
#include "regard/options/v1/options.pb.h"

namespace regard::es {

uint32_t FeatureLevelOf(const google::protobuf::Message& fact) {
  const google::protobuf::Descriptor* const wrapper = fact.GetDescriptor();
  if (wrapper->oneof_decl_count() == 0) return 1;
  const google::protobuf::FieldDescriptor* const kind =
      fact.GetReflection()->GetOneofFieldDescriptor(fact, wrapper->oneof_decl(0));
  return kind == nullptr ? 1 : FeatureLevel(kind->options().GetExtension(options::v1::since_level));
}

}  // namespace regard::es
