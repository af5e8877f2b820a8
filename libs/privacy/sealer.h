// Moves the personal fields of a fact out of it, encrypted per subject, and back. What stays is public and folds alone:
// states and view rows are made of it, rows keep the sealed parts as they are, and only a query opens them. So deleting
// a key is felt everywhere at once and a rebuilt view stays equal byte for byte.
//
// A fact message is the oneof wrapper of its stream kind (BudgetFact, ...). Which of its fields are personal, and
// whose, is said in its proto by (regard.options.v1.personal).
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/es/sealer.h"
#include "libs/privacy/key_store.h"
#include "regard/log/v1/record.pb.h"

namespace regard::privacy {

// Where a fact is. A part is bound to it, to its subject and to its tenant: moved to another it does not open.
struct FactAddress {
  absl::string_view stream;
  uint64_t version = 0;
};

// Thread-safe when its key store is. The same key, address and fields give the same bytes: sealing needs no randomness.
class Sealer : public es::Sealer {
 public:
  // `keys` must outlive this.
  explicit Sealer(KeyStore& keys) : keys_(keys) {}

  // See the port. A fact without personal fields is only serialised.
  // INVALID_ARGUMENT when the oneof is not set, or a personal field is but its subject or the tenant is not; INTERNAL
  // when the proto cannot be sealed (Coverage finds that earlier); errors of the key store. After an error `fact` and
  // `out` are half done: drop them.
  absl::Status Seal(absl::string_view tenant, google::protobuf::Message& fact, regard::log::v1::Fact& out) override;

 private:
  KeyStore& keys_;
};

// What became of a part.
enum class Opening {
  kOpened,
  // Its key is gone: never to be read again. Not an error.
  kErased,
};

// Thread-safe when its key store is.
class Opener {
 public:
  // `keys` must outlive this.
  explicit Opener(KeyStore& keys) : keys_(keys) {}

  // Merges the fields of one part into `into`, a fact message of the type that was sealed; it may be empty, or hold the
  // public fact. Opening the same part twice into one message doubles its repeated fields.
  // DATA_LOSS when the part was changed, or sealed for another address, subject or tenant, or is of another fact than
  // `into` holds; errors of the key store.
  absl::StatusOr<Opening> OpenPart(const FactAddress& address, const regard::log::v1::SealedPart& part,
                                   google::protobuf::Message& into) const;

  // Replaces `into` by the whole fact. kErased when any of its parts is. DATA_LOSS also when the body does not parse.
  absl::StatusOr<Opening> Open(const regard::log::v1::Fact& fact, google::protobuf::Message& into) const;

 private:
  KeyStore& keys_;
};

}  // namespace regard::privacy
