#include "tools/cli/csv.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace regard::cli {

CsvReader::CsvReader(absl::string_view text) : text_(text) { absl::ConsumePrefix(&text_, "\xEF\xBB\xBF"); }

bool CsvReader::Next(CsvRow& row) {
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) SkipLine();
  if (at_ >= text_.size()) return false;
  row = CsvRow{};
  row.line = line_;
  const size_t begin = at_;
  ReadFields(row);
  if (!row.problem.empty()) {
    // A quote that was never closed swallows everything behind it: only its first line is given up.
    at_ = begin;
    line_ = row.line;
    SkipLine();
  }
  return true;
}

void CsvReader::ReadFields(CsvRow& row) {
  std::string field;
  bool quoted = false;
  const auto finish_field = [&] {
    row.fields.push_back(std::move(field));
    field.clear();
    quoted = false;
  };
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"' && field.empty() && !quoted) {
      quoted = true;
      for (++at_;; ++at_) {
        if (at_ >= text_.size()) {
          row.problem = "a quote is not closed";
          return;
        }
        if (text_[at_] == '"') {
          if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
          ++at_;
        }
        if (text_[at_] == '\n') ++line_;
        field.push_back(text_[at_]);
      }
      ++at_;
      continue;
    }
    if (c == ',') {
      ++at_;
      finish_field();
      continue;
    }
    if (c == '\n' || (c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n')) {
      at_ += c == '\n' ? 1 : 2;
      ++line_;
      finish_field();
      return;
    }
    if (quoted) {
      row.problem = "something follows a closing quote";
      return;
    }
    if (c == '"') {
      row.problem = "a quote inside a field without quotes";
      return;
    }
    field.push_back(c);
    ++at_;
  }
  finish_field();
}

void CsvReader::SkipLine() {
  const size_t end = text_.find('\n', at_);
  at_ = end == absl::string_view::npos ? text_.size() : end + 1;
  ++line_;
}

absl::Status CsvTable::Open(absl::string_view text, std::initializer_list<absl::string_view> columns, CsvTable& table) {
  table = CsvTable();
  table.reader_ = CsvReader(text);
  CsvRow header;
  if (!table.reader_.Next(header) || !header.problem.empty()) {
    return absl::InvalidArgumentError("the file has no header line");
  }
  table.width_ = header.fields.size();
  for (size_t i = 0; i < header.fields.size(); ++i) {
    table.columns_.emplace(std::string(absl::StripAsciiWhitespace(header.fields[i])), i);
  }
  for (const absl::string_view column : columns) {
    if (!table.columns_.contains(column)) {
      return absl::InvalidArgumentError(absl::StrCat("the file has no column ", column));
    }
  }
  return absl::OkStatus();
}

bool CsvTable::Next() {
  if (!reader_.Next(row_)) return false;
  if (row_.problem.empty() && row_.fields.size() != width_) {
    row_.problem = absl::StrCat(row_.fields.size(), " fields instead of ", width_);
  }
  for (std::string& field : row_.fields) absl::StripAsciiWhitespace(&field);
  return true;
}

const std::string& CsvTable::operator[](absl::string_view column) const {
  return row_.fields[columns_.find(column)->second];
}

}  // namespace regard::cli
