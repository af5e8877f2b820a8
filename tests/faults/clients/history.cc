#include "tests/faults/clients/history.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace regard::faults {
namespace {

absl::string_view NameOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "ok";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kUnknown:
      return "unknown";
  }
  return "";
}

}  // namespace

int64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

History::History(const std::string& path)
    : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
  if (file_ >= 0) return;
  std::perror(path.c_str());
  std::abort();
}

History::~History() { close(file_); }

std::string History::Line(const CallLine& call, const Ended& ended) {
  std::string line =
      absl::StrCat("{\"id\":\"", call.id, "\",\"client\":\"", call.client, "\",\"start_ns\":", ended.start_ns,
                   ",\"end_ns\":", ended.end_ns, ",\"key\":\"", call.key, "\",\"op\":\"", call.op,
                   "\",\"args\":", call.args, ",\"outcome\":\"", NameOf(ended.outcome), "\"");
  if (ended.outcome == Outcome::kRefused) absl::StrAppend(&line, ",\"reason\":\"", ended.reason, "\"");
  if (ended.outcome == Outcome::kOk && !call.result.empty()) absl::StrAppend(&line, ",\"result\":", call.result);
  if (!call.after.empty()) absl::StrAppend(&line, ",\"after\":[\"", absl::StrJoin(call.after, "\",\""), "\"]");
  return absl::StrCat(line, "}");
}

void History::WriteLine(absl::string_view line) {
  // One write, so that lines of several threads never mix; it is with the kernel when this returns.
  const std::string whole = absl::StrCat(line, "\n");
  if (write(file_, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size())) return;
  std::perror("history");
  std::abort();
}

}  // namespace regard::faults
