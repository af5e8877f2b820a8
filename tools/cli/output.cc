#include "tools/cli/output.h"

#include <algorithm>

#include "absl/strings/strip.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/ascii.h"
#include "google/protobuf/util/json_util.h"

namespace regard::cli {
namespace {

constexpr absl::string_view kGap = "  ";

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

Table::Table(std::initializer_list<absl::string_view> headers) {
  for (absl::string_view header : headers) {
    const bool right = absl::ConsumePrefix(&header, ">");
    columns_.push_back({std::string(header), right});
  }
}

Table& Table::Row(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
  return *this;
}

void Table::Print(std::ostream& out, int indent) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(Width(column.header));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  const auto print = [&](const std::vector<std::string>& cells) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) absl::StrAppend(&line, kGap);
      const std::string padding(widths[i] - Width(cells[i]), ' ');
      absl::StrAppend(&line, columns_[i].right ? padding : "", cells[i], columns_[i].right ? "" : padding);
    }
    out << absl::StripTrailingAsciiWhitespace(line) << '\n';
  };
  std::vector<std::string> headers;
  for (const Column& column : columns_) headers.push_back(column.header);
  print(headers);
  for (const auto& row : rows_) print(row);
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // Cannot fail for a message of a type that is built in.
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  return json;
}

size_t Width(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); });
}

std::string Shortened(absl::string_view text, size_t width) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); }, ' ');
  if (Width(line) <= width) return line;
  size_t cells = 0;
  size_t end = 0;
  while (end < line.size() && (cells + 1 < width || IsContinuation(line[end]))) {
    if (!IsContinuation(line[end])) ++cells;
    ++end;
  }
  while (end < line.size() && IsContinuation(line[end])) ++end;
  return absl::StrCat(line.substr(0, end), "…");
}

}  // namespace regard::cli
