#include "libs/es/consistency.h"

#include <atomic>
#include <memory>
#include <set>
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
void ConsistencyGate::AddRuntime(CommandRuntime* runtime) {
  runtimes_[std::string(runtime->domain().topic())] = runtime;
}
void ConsistencyGate::AddProjector(Projector* projector) {
  projectors_[std::string(projector->view().name())] = projector;
}
void ConsistencyGate::AddReactor(Reactor* reactor, CommandRuntime* target) { reactors_.push_back({reactor, target}); }

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

constexpr absl::Duration kAskAgain = absl::Milliseconds(20);

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
  // Where others may write, an owner may have been replaced and not know it yet: the log may go on beyond what it
  // knows.
  if (elsewhere_ == nullptr && writer != runtimes_.end() && writer->second->Serves(partition) &&
      token->position() > writer->second->AcknowledgedPosition(partition)) {
    return done(ToStatus(Invalid("consistency_token", "TOKEN_BEYOND_LOG", "the log ends before this token")));
  }
  if (projector->WhenApplied(token->topic(), partition, token->position(), [done] { done(absl::OkStatus()); })) return;
  for (const Link& link : reactors_) {
    if (link.reactor->rules().source_topic() != token->topic()) continue;
    const std::string target(link.target->domain().topic());
    if (!projector->WhenApplied(target, 0, 0, [] {})) continue;
    // First the reaction is durable; then the view has read everything that was acknowledged at that moment.
    WhenReacted(link, partition, token->position(), [projector, target, done](const Reached& reached) {
      auto countdown = std::make_shared<Countdown>(static_cast<int>(reached.size()), done);
      for (const auto& [p, position] : reached) {
        projector->WhenApplied(target, p, position, [countdown] { countdown->Arrive(); });
      }
    });
    return;
  }
  // The view shows nothing of this topic: there is nothing to wait for.
  done(absl::OkStatus());
}

Reached ConsistencyGate::ReachedHere(const CommandRuntime& target) {
  Reached reached;
  for (int p = 0; p < target.partition_count(); ++p) {
    if (target.Serves(p)) reached.emplace_back(p, target.AcknowledgedPosition(p));
  }
  return reached;
}

void ConsistencyGate::WhenReacted(const Link& link, int source_partition, uint64_t position,
                                  std::function<void(Reached)> done) const {
  link.reactor->WhenHandled(source_partition, position, [this, link, source_partition, position, done] {
    CommandRuntime& target = *link.target;
    if (target.owns_all() || elsewhere_ == nullptr) return done(ReachedHere(target));
    elsewhere_->WhenReacted(
        link.reactor->rules().name(), source_partition, position,
        [this, link, source_partition, position, done](Reached reached) {
          CommandRuntime& target = *link.target;
          std::set<int> partitions;
          for (const auto& [p, there] : reached) partitions.insert(p);
          for (const auto& [p, here] : ReachedHere(target)) {
            if (partitions.insert(p).second) reached.emplace_back(p, here);
          }
          if (static_cast<int>(partitions.size()) == target.partition_count()) return done(std::move(reached));
          // Somebody is taking one over.
          target.executor().PostAfter(kAskAgain, [this, link, source_partition, position, done] {
            WhenReacted(link, source_partition, position, done);
          });
        });
  });
}

absl::Status ConsistencyGate::CheckPartition(absl::string_view topic, uint32_t partition) const {
  const auto log = logs_.find(topic);
  const bool there = log != logs_.end() && partition < log->second->identity().partition_count();
  return there ? absl::OkStatus() : ToStatus(Invalid("partition", "NO_SUCH_PARTITION"));
}

absl::Status ConsistencyGate::WhenReactedHere(absl::string_view reactor, uint32_t source_partition, uint64_t position,
                                              std::function<void(Reached)> done) const {
  for (const Link& link : reactors_) {
    if (link.reactor->rules().name() != reactor) continue;
    const absl::Status there = CheckPartition(link.reactor->rules().source_topic(), source_partition);
    if (!there.ok()) return there;
    link.reactor->WhenHandled(static_cast<int>(source_partition), position,
                              [link, done] { done(ReachedHere(*link.target)); });
    return absl::OkStatus();
  }
  return absl::NotFoundError(absl::StrCat("no reactor ", reactor));
}

void ConsistencyGate::WaitHere(absl::string_view topic, int partition, uint64_t position,
                               std::function<void()> done) const {
  // One more than there are views, so that it is told when none reads the topic, too.
  auto countdown = std::make_shared<Countdown>(static_cast<int>(projectors_.size()) + 1,
                                               [done = std::move(done)](absl::Status) { done(); });
  for (const auto& [name, projector] : projectors_) {
    if (!projector->WhenApplied(topic, partition, position, [countdown] { countdown->Arrive(); })) countdown->Arrive();
  }
  countdown->Arrive();
}

void ConsistencyGate::WaitEverywhere(absl::string_view topic, const Outcome& outcome,
                                     std::function<void()> done) const {
  if (elsewhere_ == nullptr) return WaitHere(topic, outcome.partition, outcome.position, std::move(done));
  auto both = std::make_shared<Countdown>(2, [done = std::move(done)](absl::Status) { done(); });
  WaitHere(topic, outcome.partition, outcome.position, [both] { both->Arrive(); });
  elsewhere_->WhenShown(topic, outcome.partition, outcome.position, [both] { both->Arrive(); });
}

}  // namespace regard::es
