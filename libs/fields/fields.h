// Checks the fields of one request and keeps the first finding: INVALID_ARGUMENT with the field and a stable reason. An
// api calls it before it makes a command, so that a domain only ever sees values within bounds.
//
//   absl::Status checked = Fields().Id("provider_id", request.provider_id()).Text("title", title, kMaxTitleBytes).status();
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/base/rejection.h"
#include "regard/base/v1/base.pb.h"

namespace regard {

constexpr int kMaxIdBytes = 64;
constexpr int kMaxSubjectBytes = 128;
constexpr int kMaxCodeBytes = 64;
constexpr int kMaxTitleBytes = 120;
constexpr int kMaxDescriptionBytes = 2000;
constexpr int kMaxNoteBytes = 2000;

// Not thread-safe. Values are only looked at during the call.
class Fields {
 public:
  // 1 to 64 of A-Z a-z 0-9 . _ : - (NOT_AN_ID).
  Fields& Id(absl::string_view field, absl::string_view value);
  Fields& OptionalId(absl::string_view field, absl::string_view value);
  // What a token may carry as its subject: 1 to 128 visible ASCII characters (NOT_A_SUBJECT).
  Fields& Subject(absl::string_view field, absl::string_view value);
  // An ONS code of a council: a letter and eight digits (NOT_A_COUNCIL).
  Fields& Council(absl::string_view field, absl::string_view value);
  // 1 to 64 of A-Z 0-9 _ (NOT_A_CODE): a reason that can be counted and tells nobody's story.
  Fields& Code(absl::string_view field, absl::string_view value);
  Fields& OptionalCode(absl::string_view field, absl::string_view value);
  // One of a fixed set of words (UNKNOWN_WORD): what is stored in the clear is never what somebody typed.
  Fields& OneOf(absl::string_view field, absl::string_view value, absl::Span<const absl::string_view> words);
  // EMPTY when blank, TOO_LONG, NOT_TEXT when it has control characters other than line breaks and tabs.
  Fields& Text(absl::string_view field, absl::string_view value, int max_bytes);
  Fields& OptionalText(absl::string_view field, absl::string_view value, int max_bytes);
  // OUT_OF_RANGE.
  Fields& Number(absl::string_view field, int64_t value, int64_t min, int64_t max);
  // TOO_FEW, TOO_MANY.
  Fields& Count(absl::string_view field, int count, int min, int max);
  // An amount of pounds from `min_pence` to kMaxAmountPence (AMOUNT_OUT_OF_RANGE, NOT_POUNDS).
  Fields& Amount(absl::string_view field, const base::v1::Money& value, int64_t min_pence = 1);
  // NOT_A_TIME.
  Fields& Time(absl::string_view field, const google::protobuf::Timestamp& value);
  // UNSPECIFIED, or UNKNOWN_VALUE for a number that this build has no name for.
  template <class Enum>
  Fields& Chosen(absl::string_view field, Enum value) {
    if (static_cast<int>(value) == 0) return That(field, false, "UNSPECIFIED");
    return OptionallyChosen(field, value);
  }
  template <class Enum>
  Fields& OptionallyChosen(absl::string_view field, Enum value) {
    const auto* known = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(static_cast<int>(value));
    return That(field, known != nullptr, "UNKNOWN_VALUE");
  }
  Fields& That(absl::string_view field, bool holds, absl::string_view reason);

  bool ok() const { return !finding_.has_value(); }
  absl::Status status() const;

 private:
  absl::optional<Rejection> finding_;
};

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 200;
// How many a page has: what was asked for within bounds, the default for 0 or less.
int PageSize(int32_t requested);

}  // namespace regard
