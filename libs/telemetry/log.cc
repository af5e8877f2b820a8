#include "libs/telemetry/log.h"

#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace regard::telemetry {
namespace {

absl::string_view NameOf(Level level) {
  switch (level) {
    case Level::kDebug: return "debug";
    case Level::kInfo: return "info";
    case Level::kWarning: return "warning";
    case Level::kError: return "error";
  }
  return "error";
}

void AppendQuoted(absl::string_view text, std::string& line) {
  line.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      line.push_back('\\');
      line.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&line, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      line.push_back(c);
    }
  }
  line.push_back('"');
}

// Whole or not at all where the kernel allows it: a pipe takes up to 4 KiB in one piece.
void ToStandardError(absl::string_view line) {
  while (!line.empty()) {
    const ssize_t count = write(STDERR_FILENO, line.data(), line.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    line.remove_prefix(static_cast<size_t>(count));
  }
}

}  // namespace

void Field::AppendTo(std::string& line) const {
  AppendQuoted(name_, line);
  line.push_back(':');
  switch (kind_) {
    case Kind::kText: AppendQuoted(text_, line); break;
    case Kind::kBool: line.append(integer_ != 0 ? "true" : "false"); break;
    case Kind::kInteger: absl::StrAppend(&line, integer_); break;
    case Kind::kUnsigned: absl::StrAppend(&line, unsigned_); break;
    case Kind::kNumber:
      // JSON has no word for the others.
      if (std::isfinite(number_)) {
        absl::StrAppendFormat(&line, "%.9g", number_);
      } else {
        line.append("null");
      }
      break;
  }
}

Log::Log(const Clock& clock, Level least) : Log(clock, least, ToStandardError) {}

Log::Log(const Clock& clock, Level least, Sink sink) : clock_(clock), least_(least), sink_(std::move(sink)) {}

void Log::Write(Level level, absl::string_view event, std::initializer_list<Field> fields) {
  if (!enabled(level)) return;
  std::string line;
  line.reserve(256);
  absl::StrAppend(&line, "{\"time\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", clock_.Now(), absl::UTCTimeZone()),
                  "\",\"level\":\"", NameOf(level), "\",\"event\":");
  AppendQuoted(event, line);
  for (const Field& field : fields) {
    line.push_back(',');
    field.AppendTo(line);
  }
  line.append("}\n");
  sink_(line);
}

}  // namespace regard::telemetry
