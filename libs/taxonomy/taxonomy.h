// The categories that support is listed, searched and counted under: a CURIE, a label for people, and other words that
// people use for the same thing. data/categories.csv is the list; it is built in, so that every process agrees.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace regard::taxonomy {

struct Category {
  // "regard:gardening", or "esdServiceType:242" where the national list has a number for it.
  std::string curie;
  std::string label;
  // In the file's order, most telling first; each is a word or a few.
  std::vector<std::string> synonyms;
};

// Immutable; thread-safe.
class Taxonomy {
 public:
  // The built-in list.
  static const Taxonomy& Regard();

  // The file's text, header line included: curie,label,synonyms with semicolons between synonyms and no quotes.
  // INVALID_ARGUMENT with the line for one that is malformed or there twice.
  static absl::StatusOr<Taxonomy> Parse(absl::string_view csv);

  // nullptr when it is none of ours: a listing may still carry it.
  const Category* Find(absl::string_view curie) const;
  // In the file's order.
  const std::vector<Category>& categories() const { return categories_; }

 private:
  std::vector<Category> categories_;
  absl::flat_hash_map<std::string, size_t> by_curie_;
};

// prefix:name, of at most 64 letters, digits, '-', '_' and '.'.
bool IsCurie(absl::string_view text);

}  // namespace regard::taxonomy
