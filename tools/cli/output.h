// How the command line answers: a table for people, or the response's own JSON for programs. Never both.
#pragma once

#include <initializer_list>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace regard::cli {

// Columns of text. A header that begins with '>' is of numbers, set to the right.
class Table {
 public:
  explicit Table(std::initializer_list<absl::string_view> headers);

  // Missing cells are blank.
  Table& Row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  int size() const { return static_cast<int>(rows_.size()); }

  // Lines end without blanks; `indent` blanks before each.
  void Print(std::ostream& out, int indent = 0) const;

 private:
  struct Column {
    std::string header;
    bool right = false;
  };
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Protobuf's JSON with proto field names and every field, on one line.
std::string ToJson(const google::protobuf::Message& message);

// What a terminal shows of UTF-8 text, one cell for a code point.
size_t Width(absl::string_view text);
// At most `width` cells; what was cut ends in an ellipsis. Line breaks become blanks.
std::string Shortened(absl::string_view text, size_t width);

}  // namespace regard::cli
