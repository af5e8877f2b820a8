#include "libs/rocks/witness.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/routing.h"

namespace regard::rocks {
namespace {

absl::Status WriteSynced(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("open ", path));
  const bool ok = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  const int error = errno;
  close(file);
  return ok ? absl::OkStatus() : absl::ErrnoToStatus(error, absl::StrCat("write ", path));
}

}  // namespace

absl::StatusOr<PartitionEnds> ReadWitness(const std::string& path) {
  std::ifstream file(path);
  if (!file) return PartitionEnds();
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const size_t cut = all.rfind("check ");
  uint32_t check = 0;
  if (cut == std::string::npos || !absl::SimpleAtoi(absl::StripAsciiWhitespace(all.substr(cut + 6)), &check) ||
      check != RoutingHash(absl::string_view(all).substr(0, cut))) {
    return absl::DataLossError(absl::StrCat(path, ": the checksum is wrong"));
  }
  PartitionEnds ends;
  for (absl::string_view line : absl::StrSplit(absl::string_view(all).substr(0, cut), '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    int partition = 0;
    int64_t end = 0;
    if (words.size() != 3 || !absl::SimpleAtoi(words[1], &partition) || !absl::SimpleAtoi(words[2], &end)) {
      return absl::DataLossError(absl::StrCat(path, ": a line does not parse"));
    }
    ends[{std::string(words[0]), partition}] = end;
  }
  return ends;
}

absl::Status WriteWitness(const std::string& path, const PartitionEnds& ends) {
  std::string text;
  for (const auto& [where, end] : ends) absl::StrAppend(&text, where.first, " ", where.second, " ", end, "\n");
  absl::StrAppend(&text, "check ", RoutingHash(text), "\n");
  const std::string next = path + ".next";
  const absl::Status written = WriteSynced(next, text);
  if (!written.ok()) return written;
  if (std::rename(next.c_str(), path.c_str()) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("rename ", next));
  const std::string folder = path.substr(0, path.rfind('/'));
  const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return absl::ErrnoToStatus(errno, absl::StrCat("open ", folder));
  const bool synced = fsync(directory) == 0;
  close(directory);
  return synced ? absl::OkStatus() : absl::ErrnoToStatus(errno, absl::StrCat("sync ", folder));
}

}  // namespace regard::rocks
