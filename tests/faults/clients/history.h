// What clients saw: one JSON line a call, as tests/linearizability reads it, written before its client makes the next.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace regard::faults {

enum class Outcome { kOk, kRefused, kUnknown };

// A call: one request id, from the start of its first try to the end of its last.
struct Ended {
  Outcome outcome = Outcome::kUnknown;
  // Of a refusal.
  std::string reason;
  int64_t start_ns = 0;
  int64_t end_ns = 0;
};

// Ids, names and reasons are plain: letters, digits and a few signs that JSON takes as they are.
struct CallLine {
  std::string id;
  std::string client;
  std::string key;
  std::string op;
  // JSON, as the operation has it: {"line":"main","pence":5}.
  std::string args = "{}";
  // JSON, or nothing.
  std::string result;
  std::vector<std::string> after;
};

// Of CLOCK_MONOTONIC.
int64_t NowNs();

// Thread-safe.
class History {
 public:
  // For lines behind what is in the file. Dies when it cannot be written: a history with holes proves nothing.
  explicit History(const std::string& path);
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  void Write(const CallLine& call, const Ended& ended) { WriteLine(Line(call, ended)); }
  // A line of another kind.
  void WriteLine(absl::string_view line);

  static std::string Line(const CallLine& call, const Ended& ended);

 private:
  const int file_;
};

}  // namespace regard::faults
