// Which message a fact of a stream is: learned from the domains, used by everything that reads a log.
#pragma once

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// Immutable once filled; then thread-safe.
class FactTypes {
 public:
  // `prototype` is the wrapper's default instance.
  void Add(absl::string_view kind, const google::protobuf::Message* prototype) { types_[kind] = prototype; }

  // nullptr when the kind is unknown.
  const google::protobuf::Message* Find(absl::string_view stream) const;

  // The public part of a fact of `record`, valid until the next call on this thread. Whoever reads the same record next on
  // this thread gets the same message without parsing again: many views follow one topic. Errors as Parse.
  absl::StatusOr<const google::protobuf::Message*> ParseOnce(const std::shared_ptr<const log::v1::Record>& record,
                                                             const log::v1::Fact& fact) const;

  // The public part of a fact. DATA_LOSS when it does not parse, UNIMPLEMENTED when this build does not know the fact (an
  // unknown kind of stream, or a wrapper whose member is newer).
  absl::StatusOr<std::unique_ptr<google::protobuf::Message>> Parse(const log::v1::Fact& fact) const;

 private:
  absl::flat_hash_map<std::string, const google::protobuf::Message*> types_;
};

}  // namespace regard::es
