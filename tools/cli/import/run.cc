#include "tools/cli/import/run.h"

#include "libs/base/rejection.h"

namespace regard::cli {

bool IsAboutTheRow(const absl::Status& status) {
  switch (FromStatus(status).kind) {
    case Rejection::Kind::kInvalid:
    case Rejection::Kind::kRule:
    case Rejection::Kind::kNotFound:
    case Rejection::Kind::kConflict:
      return true;
    case Rejection::Kind::kTooMuch:
    case Rejection::Kind::kUnavailable:
    case Rejection::Kind::kDenied:
    case Rejection::Kind::kUnauthenticated:
    case Rejection::Kind::kDeadline:
    case Rejection::Kind::kInternal:
      return false;
  }
  return false;
}

Progress::Progress(std::ostream& out, bool watched, std::string what, int total)
    : out_(out), watched_(watched), what_(std::move(what)), total_(total) {}

void Progress::Done(int so_far) {
  const int percent = total_ == 0 ? 100 : static_cast<int>(100LL * so_far / total_);
  // Where nobody watches a quarter is often enough.
  const int step = watched_ ? 1 : 25;
  if (percent / step == told_percent_ / step && told_percent_ >= 0) return;
  told_percent_ = percent;
  out_ << (watched_ ? "\r" : "") << what_ << ": " << so_far << " of " << total_ << " rows"
       << (watched_ && percent < 100 ? "" : "\n") << std::flush;
}

}  // namespace regard::cli
