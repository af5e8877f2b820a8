// From words as people write them to stems that can be compared. The same text always gives the same stems.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace regard::directory {

// Part of the rows' meaning: a change of any rule here needs a new version of the view.

// Lower-case words in order, accents folded, without what is not a letter or a digit. Registers' texts have sentences run
// together, so "dependentsTo make" also gives "dependents" and "to", and "children2.Teaching" gives "children" and
// "teaching"; the word as it stands is kept beside its parts, for names such as MacMillan. "P.T.A." and "Y W C A" also give
// "pta" and "ywca".
std::vector<std::string> Words(absl::string_view text);

// English (Snowball). `word` is lower-case.
std::string Stem(absl::string_view word);

// Stems of a text's words without stop words; sorted, each once.
std::vector<std::string> StemsOf(absl::string_view text);

// Stems of what somebody searches for, in order, each once; at most `max_words`. Beside stop words it leaves out what
// people say around the thing they want ("I need somebody to help with ..."), unless nothing else is left.
std::vector<std::string> SearchStems(absl::string_view text, size_t max_words);

// A word list made ready for Contains: a stem, or several that stand one after the other.
using StemPhrase = std::vector<std::string>;
StemPhrase ToPhrase(absl::string_view words);

// Stems in the order of the text, stop words included, so that phrases can be looked for.
std::vector<std::string> StemsInOrder(absl::string_view text);
bool Contains(const std::vector<std::string>& stems_in_order, const StemPhrase& phrase);

}  // namespace regard::directory
