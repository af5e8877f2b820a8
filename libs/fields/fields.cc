#include "libs/fields/fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "libs/base/money.h"
#include "libs/base/time.h"

namespace regard {
namespace {

template <class Allowed>
bool Made(absl::string_view value, int max_bytes, Allowed allowed) {
  return !value.empty() && value.size() <= static_cast<size_t>(max_bytes) &&
         std::all_of(value.begin(), value.end(), allowed);
}

bool IsIdCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == ':' || c == '-';
}
bool IsCodeCharacter(char c) {
  return absl::ascii_isupper(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
         c == '_';
}
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsText(char c) { return c == '\n' || c == '\t' || c == '\r' || !absl::ascii_iscntrl(static_cast<unsigned char>(c)); }

}  // namespace

Fields& Fields::That(absl::string_view field, bool holds, absl::string_view reason) {
  if (!holds && !finding_.has_value()) finding_ = Invalid(field, reason);
  return *this;
}

Fields& Fields::Id(absl::string_view field, absl::string_view value) {
  return That(field, Made(value, kMaxIdBytes, IsIdCharacter), "NOT_AN_ID");
}

Fields& Fields::OptionalId(absl::string_view field, absl::string_view value) {
  return value.empty() ? *this : Id(field, value);
}

Fields& Fields::Subject(absl::string_view field, absl::string_view value) {
  return That(field, Made(value, kMaxSubjectBytes, [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); }),
              "NOT_A_SUBJECT");
}

Fields& Fields::Council(absl::string_view field, absl::string_view value) {
  const bool made = value.size() == 9 && absl::ascii_isupper(static_cast<unsigned char>(value[0])) &&
                    std::all_of(value.begin() + 1, value.end(), IsDigit);
  return That(field, made, "NOT_A_COUNCIL");
}

Fields& Fields::Code(absl::string_view field, absl::string_view value) {
  return That(field, Made(value, kMaxCodeBytes, IsCodeCharacter), "NOT_A_CODE");
}

Fields& Fields::OptionalCode(absl::string_view field, absl::string_view value) {
  return value.empty() ? *this : Code(field, value);
}

Fields& Fields::OneOf(absl::string_view field, absl::string_view value, absl::Span<const absl::string_view> words) {
  return That(field, std::find(words.begin(), words.end(), value) != words.end(), "UNKNOWN_WORD");
}

Fields& Fields::Text(absl::string_view field, absl::string_view value, int max_bytes) {
  That(field, !absl::StripAsciiWhitespace(value).empty(), "EMPTY");
  return OptionalText(field, value, max_bytes);
}

Fields& Fields::OptionalText(absl::string_view field, absl::string_view value, int max_bytes) {
  That(field, value.size() <= static_cast<size_t>(max_bytes), "TOO_LONG");
  return That(field, std::all_of(value.begin(), value.end(), IsText), "NOT_TEXT");
}

Fields& Fields::Number(absl::string_view field, int64_t value, int64_t min, int64_t max) {
  return That(field, value >= min && value <= max, "OUT_OF_RANGE");
}

Fields& Fields::Count(absl::string_view field, int count, int min, int max) {
  That(field, count >= min, "TOO_FEW");
  return That(field, count <= max, "TOO_MANY");
}

Fields& Fields::Amount(absl::string_view field, const base::v1::Money& value, int64_t min_pence) {
  That(field, value.currency().empty() || value.currency() == kPounds, "NOT_POUNDS");
  return That(field, value.pence() >= min_pence && value.pence() <= kMaxAmountPence, "AMOUNT_OUT_OF_RANGE");
}

Fields& Fields::Time(absl::string_view field, const google::protobuf::Timestamp& value) {
  return That(field, IsValid(value), "NOT_A_TIME");
}

absl::Status Fields::status() const { return finding_.has_value() ? ToStatus(*finding_) : absl::OkStatus(); }

int PageSize(int32_t requested) { return requested <= 0 ? kDefaultPageSize : std::min<int>(requested, kMaxPageSize); }

}  // namespace regard
