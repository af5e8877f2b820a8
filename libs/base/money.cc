#include "libs/base/money.h"

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace regard {

base::v1::Money Pounds(int64_t pence) {
  base::v1::Money money;
  money.set_pence(pence);
  money.set_currency(kPounds);
  return money;
}

absl::optional<int64_t> AddPence(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return absl::nullopt;
  return sum;
}

std::string FormatPence(int64_t pence) {
  const uint64_t magnitude = pence < 0 ? 0 - static_cast<uint64_t>(pence) : static_cast<uint64_t>(pence);
  std::string pounds = absl::StrCat(magnitude / 100);
  for (int at = static_cast<int>(pounds.size()) - 3; at > 0; at -= 3) pounds.insert(at, ",");
  const uint64_t rest = magnitude % 100;
  return absl::StrCat(pence < 0 ? "-" : "", "£", pounds, ".", rest < 10 ? "0" : "", rest);
}

absl::optional<int64_t> ParsePounds(absl::string_view text) {
  absl::ConsumePrefix(&text, "£");
  const std::string plain = absl::StrReplaceAll(text, {{",", ""}});
  const size_t dot = plain.find('.');
  const std::string whole = plain.substr(0, dot);
  std::string rest = dot == std::string::npos ? "00" : plain.substr(dot + 1);
  if (rest.size() == 1) rest += "0";
  int64_t pounds = 0;
  int64_t pence = 0;
  if (whole.empty() || rest.size() != 2) return absl::nullopt;
  for (char c : absl::StrCat(whole, rest)) {
    if (c < '0' || c > '9') return absl::nullopt;
  }
  if (!absl::SimpleAtoi(whole, &pounds) || !absl::SimpleAtoi(rest, &pence)) return absl::nullopt;
  if (pounds > kMaxAmountPence / 100) return absl::nullopt;
  return pounds * 100 + pence;
}

}  // namespace regard
