#include "services/directory/views/text.h"

#include <libstemmer.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace regard::directory {
namespace {

// Longer runs of letters are no words.
constexpr size_t kMaxWordLength = 40;

// The stop words of the Snowball project's English stemmer, which PostgreSQL uses too.
constexpr absl::string_view kStopWords[] = {
    "i",       "me",      "my",     "myself", "we",         "our",     "ours",  "ourselves", "you",   "your",  "yours",
    "yourself", "yourselves", "he", "him",    "his",        "himself", "she",   "her",   "hers",  "herself", "it",
    "its",     "itself",  "they",   "them",   "their",      "theirs",  "themselves", "what", "which", "who", "whom",
    "this",    "that",    "these",  "those",  "am",         "is",      "are",   "was",   "were",  "be",      "been",
    "being",   "have",    "has",    "had",    "having",     "do",      "does",  "did",   "doing", "a",       "an",
    "the",     "and",     "but",    "if",     "or",         "because", "as",    "until", "while", "of",      "at",
    "by",      "for",     "with",   "about",  "against",    "between", "into",  "through", "during", "before", "after",
    "above",   "below",   "to",     "from",   "up",         "down",    "in",    "out",   "on",    "off",     "over",
    "under",   "again",   "further", "then",  "once",       "here",    "there", "when",  "where", "why",     "how",
    "all",     "any",     "both",   "each",   "few",        "more",    "most",  "other", "some",  "such",    "no",
    "nor",     "not",     "only",   "own",    "same",       "so",      "than",  "too",   "very",  "s",       "t",
    "can",     "will",    "just",   "don",    "should",     "now"};

// Around what somebody wants, in a search only: in a listing "help" says something.
constexpr absl::string_view kAskingWords[] = {"need",  "want",    "looking", "look", "find",  "help",     "someone",
                                              "somebody", "anyone", "anybody", "person", "people", "near", "nearby",
                                              "please", "get",    "like",    "would", "local", "service",  "services"};

template <size_t n>
absl::flat_hash_set<absl::string_view> SetOf(const absl::string_view (&words)[n]) {
  return absl::flat_hash_set<absl::string_view>(std::begin(words), std::end(words));
}

bool IsStopWord(absl::string_view word) {
  static const auto* const words = new absl::flat_hash_set<absl::string_view>(SetOf(kStopWords));
  return words->contains(word);
}

bool IsAskingWord(absl::string_view word) {
  static const auto* const words = new absl::flat_hash_set<absl::string_view>(SetOf(kAskingWords));
  return words->contains(word);
}

enum class Kind { kGap, kApostrophe, kDot, kLower, kUpper, kDigit };

struct Letter {
  Kind kind = Kind::kGap;
  // Lower case, folded to ASCII; empty for what is no letter or digit. A letter that has no ASCII is kept as it is.
  std::string text;
};

// U+00C0 to U+017F as ASCII; a space for what is no letter.
constexpr absl::string_view kFolded =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"   // to U+00FF
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"   // to U+013F
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";  // to U+017F

Letter Fold(uint32_t code, absl::string_view bytes) {
  if (code < 0x80) {
    const unsigned char c = static_cast<unsigned char>(code);
    if (absl::ascii_islower(c)) return {Kind::kLower, std::string(1, static_cast<char>(c))};
    if (absl::ascii_isupper(c)) return {Kind::kUpper, std::string(1, absl::ascii_tolower(c))};
    if (absl::ascii_isdigit(c)) return {Kind::kDigit, std::string(1, static_cast<char>(c))};
    if (c == '\'') return {Kind::kApostrophe, ""};
    if (c == '.') return {Kind::kDot, ""};
    return {};
  }
  if (code == 0x2019) return {Kind::kApostrophe, ""};
  if (code >= 0xC0 && code < 0xC0 + kFolded.size()) {
    const char folded = kFolded[code - 0xC0];
    return folded == ' ' ? Letter{} : Letter{Kind::kLower, std::string(1, folded)};
  }
  // Punctuation and symbols lie between; other scripts are kept whole, so that "Ελληνικά" finds itself.
  if (code < 0x0180 || (code >= 0x2000 && code < 0x2C00)) return {};
  return {Kind::kLower, std::string(bytes)};
}

// One code point from the front of `text`; what is not UTF-8 counts as a gap.
Letter TakeLetter(absl::string_view& text) {
  const unsigned char first = static_cast<unsigned char>(text[0]);
  const size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0;
  if (length == 0 || length > text.size()) {
    text.remove_prefix(1);
    return {};
  }
  uint32_t code = length == 1 ? first : first & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  const Letter letter = Fold(code, text.substr(0, length));
  text.remove_prefix(length);
  return letter;
}

// Collects one run of letters and digits with the places where it may be two words run together.
class WordRun {
 public:
  void Add(const Letter& letter) {
    const bool seam = (previous_ == Kind::kLower && letter.kind == Kind::kUpper) ||
                      ((previous_ == Kind::kLower || previous_ == Kind::kUpper) && letter.kind == Kind::kDigit);
    if (seam && !whole_.empty()) seams_.push_back(whole_.size());
    whole_ += letter.text;
    previous_ = letter.kind;
  }

  bool empty() const { return whole_.empty(); }

  void Finish(bool with_parts, std::vector<std::string>& words) {
    if (!whole_.empty() && whole_.size() <= kMaxWordLength) words.push_back(whole_);
    if (with_parts && !seams_.empty()) {
      size_t from = 0;
      seams_.push_back(whole_.size());
      for (const size_t seam : seams_) {
        if (seam - from <= kMaxWordLength) words.push_back(whole_.substr(from, seam - from));
        from = seam;
      }
    }
    *this = WordRun();
  }

 private:
  std::string whole_;
  std::vector<size_t> seams_;
  Kind previous_ = Kind::kGap;
};

// Letters that stand alone, one after the other, are an abbreviation.
void AddAbbreviations(std::vector<std::string>& words) {
  std::string letters;
  std::vector<std::string> abbreviations;
  const auto end = [&] {
    if (letters.size() > 1) abbreviations.push_back(letters);
    letters.clear();
  };
  for (const std::string& word : words) {
    if (word.size() == 1 && absl::ascii_isalpha(static_cast<unsigned char>(word[0]))) {
      letters += word;
    } else {
      end();
    }
  }
  end();
  words.insert(words.end(), abbreviations.begin(), abbreviations.end());
}

std::vector<std::string> Split(absl::string_view text, bool with_parts) {
  std::vector<std::string> words;
  WordRun run;
  while (!text.empty()) {
    const Letter letter = TakeLetter(text);
    if (letter.kind == Kind::kApostrophe) {
      // The s of a genitive says nothing; "don't" stays one word.
      if (!run.empty() && (absl::StartsWithIgnoreCase(text, "s")) &&
          (text.size() == 1 || !absl::ascii_isalnum(static_cast<unsigned char>(text[1])))) {
        text.remove_prefix(1);
      }
      continue;
    }
    if (letter.text.empty()) {
      run.Finish(with_parts, words);
    } else {
      run.Add(letter);
    }
  }
  run.Finish(with_parts, words);
  AddAbbreviations(words);
  return words;
}

}  // namespace

std::vector<std::string> Words(absl::string_view text) { return Split(text, true); }

std::string Stem(absl::string_view word) {
  // Not safe to share between threads, and not quick to make.
  thread_local const std::unique_ptr<sb_stemmer, void (*)(sb_stemmer*)> stemmer(sb_stemmer_new("english", "UTF_8"),
                                                                                sb_stemmer_delete);
  const sb_symbol* const stem = sb_stemmer_stem(stemmer.get(), reinterpret_cast<const sb_symbol*>(word.data()),
                                                static_cast<int>(word.size()));
  if (stem == nullptr) return std::string(word);
  return std::string(reinterpret_cast<const char*>(stem), static_cast<size_t>(sb_stemmer_length(stemmer.get())));
}

std::vector<std::string> StemsOf(absl::string_view text) {
  std::vector<std::string> stems;
  for (const std::string& word : Words(text)) {
    if (!IsStopWord(word)) stems.push_back(Stem(word));
  }
  std::sort(stems.begin(), stems.end());
  stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
  return stems;
}

std::vector<std::string> SearchStems(absl::string_view text, size_t max_words) {
  std::vector<std::string> telling;
  std::vector<std::string> asking;
  // What somebody types is not run together: "MacMillan" must not ask for "mac" and "millan", nor "P.T.A." for a "p".
  for (const std::string& word : Split(text, false)) {
    if (IsStopWord(word) || (word.size() == 1 && absl::ascii_isalpha(static_cast<unsigned char>(word[0])))) continue;
    std::vector<std::string>& to = IsAskingWord(word) ? asking : telling;
    std::string stem = Stem(word);
    if (to.size() < max_words && std::find(to.begin(), to.end(), stem) == to.end()) to.push_back(std::move(stem));
  }
  return telling.empty() ? asking : telling;
}

StemPhrase ToPhrase(absl::string_view words) { return StemsInOrder(words); }

std::vector<std::string> StemsInOrder(absl::string_view text) {
  std::vector<std::string> stems;
  for (const std::string& word : Words(text)) stems.push_back(Stem(word));
  return stems;
}

bool Contains(const std::vector<std::string>& stems_in_order, const StemPhrase& phrase) {
  return !phrase.empty() &&
         std::search(stems_in_order.begin(), stems_in_order.end(), phrase.begin(), phrase.end()) != stems_in_order.end();
}

}  // namespace regard::directory
