// Read-your-writes on demand: a query that carries a command's token waits until its view shows that command, and what
// other services did because of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/es/command_runtime.h"
#include "libs/es/event_log.h"
#include "libs/es/projector.h"
#include "libs/es/reactor.h"
#include "regard/log/v1/record.pb.h"

namespace regard::es {

// Opaque to callers: URL-safe text.
std::string EncodeToken(const log::v1::ConsistencyToken& token);
absl::StatusOr<log::v1::ConsistencyToken> DecodeToken(absl::string_view text);

// Partitions of a topic, and a position in each.
using Reached = std::vector<std::pair<int, uint64_t>>;

// What other instances know, where several share a log. Thread-safe; `done` is called once, from any thread.
class Elsewhere {
 public:
  virtual ~Elsewhere() = default;
  // What they reached of the reactor's target when it had done what follows from everything up to the position.
  virtual void WhenReacted(absl::string_view reactor, int source_partition, uint64_t position,
                           std::function<void(Reached)> done) = 0;
  // When all views of all that live show the position.
  virtual void WhenShown(absl::string_view topic, int partition, uint64_t position, std::function<void()> done) = 0;
};

// Knows every log, view and reactor of the process. Filled before serving, then thread-safe.
class ConsistencyGate {
 public:
  void AddLog(EventLog* log);
  void AddRuntime(CommandRuntime* runtime);
  void AddProjector(Projector* projector);
  // `reactor` writes to `target`.
  void AddReactor(Reactor* reactor, CommandRuntime* target);

  // Where not all partitions are owned here.
  void SetElsewhere(Elsewhere* elsewhere) { elsewhere_ = elsewhere; }

  std::string TokenFor(absl::string_view topic, const Outcome& outcome) const;

  // Calls `done` once, from any thread, at once for an empty token: OK when the view shows the token's command, directly
  // and through one reactor; INVALID_ARGUMENT for a token that is none, is of another log, or lies
  // beyond the end where only this process writes.
  // The caller's deadline is the caller's to watch: `done` comes late or with the process's end.
  void Wait(absl::string_view view, absl::string_view token, std::function<void(absl::Status)> done) const;

  // Calls `done` once, from any thread, when every view of every instance that reads the topic shows the outcome: what
  // was taken back is then gone from everything that decides by a view.
  void WaitEverywhere(absl::string_view topic, const Outcome& outcome, std::function<void()> done) const;

  // This process's share of both, for the others. INVALID_ARGUMENT for a partition that the topic does not have.
  absl::Status CheckPartition(absl::string_view topic, uint32_t partition) const;
  void WaitHere(absl::string_view topic, int partition, uint64_t position, std::function<void()> done) const;
  // NOT_FOUND when no such reactor runs here, INVALID_ARGUMENT for a partition that its source does not have.
  absl::Status WhenReactedHere(absl::string_view reactor, uint32_t source_partition, uint64_t position,
                               std::function<void(Reached)> done) const;

 private:
  struct Link;
  static Reached ReachedHere(const CommandRuntime& target);
  void WhenReacted(const Link& link, int source_partition, uint64_t position, std::function<void(Reached)> done) const;

  std::map<std::string, EventLog*, std::less<>> logs_;
  std::map<std::string, CommandRuntime*, std::less<>> runtimes_;
  std::map<std::string, Projector*, std::less<>> projectors_;
  struct Link {
    Reactor* reactor;
    CommandRuntime* target;
  };
  std::vector<Link> reactors_;
  Elsewhere* elsewhere_ = nullptr;
};

}  // namespace regard::es
