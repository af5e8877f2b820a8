#include "tests/faults/clients/caller.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "libs/auth/identity.h"
#include "libs/auth/key_file.h"
#include "libs/base/ids.h"
#include "libs/rpc/error.h"

namespace regard::faults {
namespace {

constexpr char kCouncil[] = "E08000009";
constexpr absl::Duration kLongestPause = absl::Milliseconds(500);

// Answers that say nothing about what became of the call, or that it was not begun.
bool MayTryAgain(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         // The client's own: it stopped waiting.
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

// A rule spoke. Anything else that is not to be tried again is a fault of the server.
bool IsRefusal(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::FAILED_PRECONDITION ||
         status.error_code() == grpc::StatusCode::NOT_FOUND;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const std::string& server, const std::string& keys_path,
                                                       const std::string& tries_path, absl::Duration patience) {
  rpc::ChannelOptions channel;
  channel.longest_backoff = absl::Milliseconds(300);
  absl::StatusOr<rpc::Endpoints> endpoints = rpc::Endpoints::Open(server, channel);
  if (!endpoints.ok()) return endpoints.status();
  const absl::StatusOr<auth::KeyPair> key = auth::LoadOrMakeKeyFile(keys_path + "/auth.key");
  if (!key.ok()) return key.status();
  return std::unique_ptr<Session>(new Session(*std::move(endpoints), key->private_pem, tries_path, patience));
}

Session::Session(rpc::Endpoints endpoints, const std::string& private_pem, const std::string& tries_path,
                 absl::Duration patience)
    : endpoints_(std::move(endpoints)),
      signer_(private_pem, clock_),
      patience_(patience),
      tries_(tries_path),
      give_up_ns_(std::numeric_limits<int64_t>::max()) {}

std::string Session::Token(const std::string& subject, const std::string& role) const {
  return *signer_.Sign({subject, *auth::RoleFromName(role), kCouncil, absl::Now() + absl::Hours(24)});
}

void Session::Stop() {
  give_up_ns_ = NowNs() + absl::ToInt64Nanoseconds(patience_);
  stopping_ = true;
}

void Session::CountTry(absl::string_view id, int number, absl::string_view reason, bool may_try_again) {
  if (!reason.empty()) {
    tries_.WriteLine(absl::StrCat("{\"id\":\"", id, "\",\"try\":", number, ",\"at_ns\":", NowNs(), ",\"reason\":\"",
                                  reason, "\",\"again\":", may_try_again ? "true" : "false", "}"));
  }
  std::lock_guard<std::mutex> lock(mutex_);
  ++reasons_[std::string(reason.empty() ? "answered" : reason)];
}

void Session::Complain(const std::string& what) {
  std::lock_guard<std::mutex> lock(mutex_);
  complaints_.push_back(what);
}

std::string Session::Summary() const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto count = [](std::string* text, const auto& of) { absl::StrAppend(text, "\"", of.first, "\":", of.second); };
  std::string complaints;
  if (!complaints_.empty()) complaints = absl::StrCat("\"", absl::StrJoin(complaints_, "\",\""), "\"");
  return absl::StrCat("{\"tries\":{", absl::StrJoin(reasons_, ",", count), "},\"complaints\":[", complaints, "]}");
}

std::string Caller::NewId() {
  const uint64_t high = chance_();
  return Uuid::V7(absl::Now(), high, chance_()).ToString();
}

Ended Caller::UntilKnown(const std::string& id, const std::function<grpc::Status(grpc::ClientContext&)>& attempt) {
  Ended ended;
  ended.start_ns = NowNs();
  absl::Duration pause = absl::Milliseconds(20);
  for (int number = 1;; ++number) {
    grpc::ClientContext context;
    rpc::AttachToken(context, token_);
    // Some are in a hurry and some are not: what waits at a stopped instance is partly still wanted when it wakes.
    rpc::SetTimeout(context, Below(3) == 0 ? absl::Seconds(15) : absl::Seconds(4));
    const grpc::Status status = attempt(context);
    ended.end_ns = NowNs();
    const absl::optional<Rejection> rejection = rpc::RejectionOf(status);
    const std::string reason = rejection.has_value() ? rejection->reason : "";
    session_.CountTry(id, number, reason, MayTryAgain(status));
    if (status.ok()) {
      ended.outcome = Outcome::kOk;
      return ended;
    }
    if (IsRefusal(status)) {
      ended.outcome = Outcome::kRefused;
      ended.reason = reason;
      return ended;
    }
    if (!MayTryAgain(status)) {
      session_.Complain(absl::StrCat(id, " failed with ", reason, ", which says neither no nor try again"));
      return ended;
    }
    if (session_.out_of_patience()) return ended;
    absl::SleepFor(std::min(rpc::RetryDelayOf(status).value_or(pause), kLongestPause));
    pause = std::min(pause * 2, kLongestPause);
  }
}

}  // namespace regard::faults
