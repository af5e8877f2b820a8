#include "libs/taxonomy/taxonomy.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/taxonomy/builtin.h"

namespace regard::taxonomy {
namespace {

constexpr absl::string_view kHeader = "curie,label,synonyms";
constexpr size_t kMaxCurieLength = 64;

bool IsNamePart(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace

bool IsCurie(absl::string_view text) {
  const size_t colon = text.find(':');
  return text.size() <= kMaxCurieLength && colon != absl::string_view::npos && IsNamePart(text.substr(0, colon)) &&
         IsNamePart(text.substr(colon + 1));
}

const Taxonomy& Taxonomy::Regard() {
  static const Taxonomy* const taxonomy = [] {
    absl::StatusOr<Taxonomy> parsed = Parse(BuiltinCategoriesCsv());
    if (!parsed.ok()) {
      // A test reads the same text: this build was never tested.
      std::cerr << "built-in categories: " << parsed.status() << "\n";
      std::abort();
    }
    return new Taxonomy(*std::move(parsed));
  }();
  return *taxonomy;
}

absl::StatusOr<Taxonomy> Taxonomy::Parse(absl::string_view csv) {
  Taxonomy taxonomy;
  int line_number = 0;
  for (absl::string_view line : absl::StrSplit(csv, '\n')) {
    ++line_number;
    line = absl::StripAsciiWhitespace(line);
    const auto malformed = [&](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat("categories line ", line_number, ": ", what));
    };
    if (line_number == 1) {
      if (line != kHeader) return malformed(absl::StrCat("the header is not ", kHeader));
      continue;
    }
    if (line.empty()) continue;
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ',');
    if (fields.size() != 3) return malformed("not three fields");
    if (!IsCurie(fields[0])) return malformed("not a CURIE");
    if (fields[1].empty()) return malformed("no label");
    Category category{std::string(fields[0]), std::string(fields[1]), {}};
    for (const absl::string_view synonym : absl::StrSplit(fields[2], ';', absl::SkipWhitespace())) {
      category.synonyms.emplace_back(absl::StripAsciiWhitespace(synonym));
    }
    if (!taxonomy.by_curie_.try_emplace(category.curie, taxonomy.categories_.size()).second) {
      return malformed("there twice");
    }
    taxonomy.categories_.push_back(std::move(category));
  }
  if (taxonomy.categories_.empty()) return absl::InvalidArgumentError("no categories");
  return taxonomy;
}

const Category* Taxonomy::Find(absl::string_view curie) const {
  const auto found = by_curie_.find(curie);
  return found == by_curie_.end() ? nullptr : &categories_[found->second];
}

}  // namespace regard::taxonomy
