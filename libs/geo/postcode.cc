#include "libs/geo/postcode.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace regard::geo {
namespace {

constexpr size_t kIncodeSize = 3;

// Words of letters and digits in upper case; empty when there is anything else. A blank counts only between outcode and
// the rest: guessing what a misplaced one meant would find another place.
std::vector<std::string> WordsOf(absl::string_view text) {
  std::vector<std::string> words =
      absl::StrSplit(absl::AsciiStrToUpper(text), absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  for (const std::string& word : words) {
    for (const char c : word) {
      if (!absl::ascii_isalnum(c)) return {};
    }
  }
  return words;
}

// 'A' for a letter, '9' for a digit.
std::string ShapeOf(absl::string_view text) {
  std::string shape;
  for (const char c : text) shape.push_back(absl::ascii_isdigit(c) ? '9' : 'A');
  return shape;
}

// BS 7666: A9, A99, A9A, AA9, AA99, AA9A; and one from before it.
bool IsOutcode(absl::string_view text) {
  if (text.size() > 4) return false;
  const std::string shape = ShapeOf(text);
  return shape == "A9" || shape == "A99" || shape == "A9A" || shape == "AA9" || shape == "AA99" || shape == "AA9A" ||
         text == "GIR";
}

bool IsSectorDigit(absl::string_view text) { return text.size() == 1 && absl::ascii_isdigit(text[0]); }

// Letters that look like digits or like one another are not used in units.
bool IsUnitLetter(char c) {
  return absl::ascii_isalpha(c) && absl::string_view("CIKMOV").find(c) == absl::string_view::npos;
}

bool IsIncode(absl::string_view text) {
  return text.size() == kIncodeSize && absl::ascii_isdigit(text[0]) && IsUnitLetter(text[1]) && IsUnitLetter(text[2]);
}

// Splits one word before its last `size` characters.
std::vector<std::string> SplitBefore(const std::string& word, size_t size) {
  if (word.size() <= size) return {};
  return {word.substr(0, word.size() - size), word.substr(word.size() - size)};
}

}  // namespace

absl::StatusOr<Postcode> Postcode::Parse(absl::string_view text) {
  std::vector<std::string> words = WordsOf(text);
  if (words.size() == 1) words = SplitBefore(words[0], kIncodeSize);
  if (words.size() != 2 || !IsOutcode(words[0]) || !IsIncode(words[1])) {
    return absl::InvalidArgumentError("not written like a postcode");
  }
  return Postcode(absl::StrCat(words[0], " ", words[1]));
}

absl::StatusOr<std::string> NormaliseArea(absl::string_view text) {
  if (const absl::StatusOr<Postcode> postcode = Postcode::Parse(text); postcode.ok()) return postcode->text();
  std::vector<std::string> words = WordsOf(text);
  // "M33" is the outcode, although "M3 3" is a sector of another.
  if (words.size() == 1 && IsOutcode(words[0])) return words[0];
  if (words.size() == 1) words = SplitBefore(words[0], 1);
  if (words.size() == 2 && IsOutcode(words[0]) && IsSectorDigit(words[1])) return absl::StrCat(words[0], " ", words[1]);
  return absl::InvalidArgumentError("not written like a postcode or the beginning of one");
}

}  // namespace regard::geo
