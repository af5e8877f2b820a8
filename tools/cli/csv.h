// Comma-separated values as RFC 4180 writes them: quotes, doubled quotes, line breaks inside quotes, CRLF or LF. What is
// wrong with one row is told with its line, and reading goes on behind it.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace regard::cli {

struct CsvRow {
  // Where it begins in the file, from 1.
  int line = 0;
  std::vector<std::string> fields;
  // Empty for a well-formed row.
  std::string problem;
};

// Not thread-safe. Skips a byte order mark and empty lines.
class CsvReader {
 public:
  // `text` outlives the reader.
  explicit CsvReader(absl::string_view text);

  // False at the end.
  bool Next(CsvRow& row);

 private:
  void ReadFields(CsvRow& row);
  void SkipLine();

  absl::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
};

// A CSV with a header line, its columns found by name.
class CsvTable {
 public:
  // INVALID_ARGUMENT when a column is missing. `text` outlives the table.
  static absl::Status Open(absl::string_view text, std::initializer_list<absl::string_view> columns, CsvTable& table);

  // The next row with as many fields as there are columns, or with a problem. False at the end.
  bool Next();

  int line() const { return row_.line; }
  const std::string& problem() const { return row_.problem; }
  // Of a row without a problem; `column` is one of those given to Open. Without blanks around it.
  const std::string& operator[](absl::string_view column) const;

 private:
  CsvReader reader_{""};
  absl::flat_hash_map<std::string, size_t> columns_;
  size_t width_ = 0;
  CsvRow row_;
};

}  // namespace regard::cli
