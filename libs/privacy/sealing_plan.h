// Which fields of which fact are personal, and whose: read from a fact message's descriptor once.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace regard::privacy {

class SealingPlan {
 public:
  // Personal fields of one message in the fact.
  struct Place {
    // Singular messages from the fact down to that one; empty for the fact itself.
    std::vector<const google::protobuf::FieldDescriptor*> path;
    std::vector<const google::protobuf::FieldDescriptor*> fields;
  };
  // All that belongs to the person whom one field of the fact names.
  struct Group {
    const google::protobuf::FieldDescriptor* subject = nullptr;
    std::vector<Place> places;
  };

  // The plan of an oneof wrapper. INTERNAL when it is not one, or when an annotation cannot be honoured: its subject is
  // not a plain, public string field of the fact, or it is inside a repeated message, where parts could not be merged.
  static absl::StatusOr<SealingPlan> Build(const google::protobuf::Descriptor& wrapper);

  // Built on first use and kept for ever. Thread-safe, without a lock after the first use. `wrapper` must live as long
  // as the program, as generated ones do.
  static absl::StatusOr<const SealingPlan*> Of(const google::protobuf::Descriptor& wrapper);

  // The oneof member that is set; nullptr when none is.
  const google::protobuf::FieldDescriptor* FactOf(const google::protobuf::Message& wrapper) const;
  // Empty for a fact without personal fields. `fact` is a member of the oneof.
  const std::vector<Group>& GroupsOf(const google::protobuf::FieldDescriptor& fact) const {
    return groups_[fact.index_in_oneof()];
  }

 private:
  const google::protobuf::OneofDescriptor* oneof_ = nullptr;
  // By index in the oneof.
  std::vector<std::vector<Group>> groups_;
};

// The personal annotation of a field: the name of its subject's field, or nullptr.
const std::string* PersonalSubjectOf(const google::protobuf::FieldDescriptor& field);

// Messages of google.protobuf (Timestamp, ...) are values, not places to look for fields in.
bool IsValueMessage(const google::protobuf::Descriptor& message);

}  // namespace regard::privacy
