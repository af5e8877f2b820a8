#include "libs/es/consistency.h"

#include <atomic>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/rejection.h"

namespace regard::es {

std::string EncodeToken(const log::v1::ConsistencyToken& token) {
  return absl::WebSafeBase64Escape(token.SerializeAsString());
}

absl::StatusOr<log::v1::ConsistencyToken> DecodeToken(absl::string_view text) {
  std::string bytes;
  log::v1::ConsistencyToken token;
  if (text.size() > 512 || !absl::WebSafeBase64Unescape(text, &bytes) || !token.ParseFromString(bytes)) {
    return ToStatus(Invalid("consistency_token", "NOT_A_CONSISTENCY_TOKEN"));
  }
  return token;
}

void ConsistencyGate::AddLog(EventLog* log) { logs_[log->topic()] = log; }
void ConsistencyGate::AddRuntime(const CommandRuntime* runtime) {
  runtimes_[std::string(runtime->domain().topic())] = runtime;
}
void ConsistencyGate::AddProjector(Projector* projector) {
  projectors_[std::string(projector->view().name())] = projector;
}
void ConsistencyGate::AddReactor(Reactor* reactor, std::string target_topic) {
  reactors_.push_back({reactor, std::move(target_topic)});
}

std::string ConsistencyGate::TokenFor(absl::string_view topic, const Outcome& outcome) const {
  log::v1::ConsistencyToken token;
  const auto log = logs_.find(topic);
  if (log != logs_.end()) token.set_log_id(log->second->identity().log_id());
  token.set_topic(std::string(topic));
  token.set_partition(outcome.partition);
  token.set_position(outcome.position);
  return EncodeToken(token);
}

namespace {

// Calls `done` when as many calls came as were expected.
class Countdown {
 public:
  Countdown(int expected, std::function<void(absl::Status)> done) : left_(expected), done_(std::move(done)) {}
  void Arrive() {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) done_(absl::OkStatus());
  }

 private:
  std::atomic<int> left_;
  std::function<void(absl::Status)> done_;
};

}  // namespace

void ConsistencyGate::Wait(absl::string_view view, absl::string_view text,
                           std::function<void(absl::Status)> done) const {
  if (text.empty()) return done(absl::OkStatus());
  const absl::StatusOr<log::v1::ConsistencyToken> token = DecodeToken(text);
  if (!token.ok()) return done(token.status());
  const auto log = logs_.find(token->topic());
  if (log == logs_.end() || log->second->identity().log_id() != token->log_id() ||
      token->partition() >= log->second->identity().partition_count()) {
    return done(ToStatus(Invalid("consistency_token", "TOKEN_OF_ANOTHER_LOG")));
  }
  const auto found = projectors_.find(view);
  if (found == projectors_.end()) return done(absl::InternalError(absl::StrCat("no view ", view)));
  Projector* projector = found->second;
  const int partition = static_cast<int>(token->partition());
  const auto writer = runtimes_.find(token->topic());
  if (writer != runtimes_.end() && token->position() > writer->second->AcknowledgedPosition(partition)) {
    return done(ToStatus(Invalid("consistency_token", "TOKEN_BEYOND_LOG", "the log ends before this token")));
  }
  if (projector->WhenApplied(token->topic(), partition, token->position(), [done] { done(absl::OkStatus()); })) return;
  for (const Link& link : reactors_) {
    if (link.reactor->rules().source_topic() != token->topic()) continue;
    const auto target = runtimes_.find(link.target_topic);
    if (target == runtimes_.end() || !projector->WhenApplied(link.target_topic, 0, 0, [] {})) continue;
    // First the reaction is durable; then the view has read everything that was acknowledged at that moment.
    const CommandRuntime* runtime = target->second;
    link.reactor->WhenHandled(partition, token->position(), [projector, runtime, topic = link.target_topic, done] {
      const int count = runtime->partition_count();
      auto countdown = std::make_shared<Countdown>(count, done);
      for (int p = 0; p < count; ++p) {
        projector->WhenApplied(topic, p, runtime->AcknowledgedPosition(p), [countdown] { countdown->Arrive(); });
      }
    });
    return;
  }
  // The view shows nothing of this topic: there is nothing to wait for.
  done(absl::OkStatus());
}

void ConsistencyGate::WaitEverywhere(absl::string_view topic, const Outcome& outcome,
                                     std::function<void()> done) const {
  // One more than there are views, so that it is told when none reads the topic, too.
  auto countdown = std::make_shared<Countdown>(static_cast<int>(projectors_.size()) + 1,
                                               [done = std::move(done)](absl::Status) { done(); });
  for (const auto& [name, projector] : projectors_) {
    const bool reads = projector->WhenApplied(topic, outcome.partition, outcome.position,
                                              [countdown] { countdown->Arrive(); });
    if (!reads) countdown->Arrive();
  }
  countdown->Arrive();
}

}  // namespace regard::es
