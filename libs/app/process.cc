#include "libs/app/process.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"

namespace regard::app {
namespace {

sigset_t DrainSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Without these nothing can be started or stopped, so there is no one to tell.
int OrDie(int result, const char* what) {
  if (result >= 0) return result;
  std::perror(what);
  std::abort();
}

bool IsReadable(int fd) {
  pollfd asked = {fd, POLLIN, 0};
  return poll(&asked, 1, 0) > 0;
}

void StopReversed(std::vector<Part>& parts, size_t started, telemetry::Log& log) {
  for (size_t i = started; i > 0; --i) {
    Part& part = parts[i - 1];
    if (!part.stop) continue;
    part.stop();
    log.Info("part_stopped", {{"part", part.name}});
  }
}

}  // namespace

Process::Process(telemetry::Log& log) : log_(log) {
  const sigset_t signals = DrainSignals();
  OrDie(-pthread_sigmask(SIG_BLOCK, &signals, nullptr), "pthread_sigmask");
  // A client that hangs up is an error of a write, not the end of the process.
  signal(SIGPIPE, SIG_IGN);
  signal_fd_ = OrDie(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
  request_fd_ = OrDie(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

Process::~Process() {
  close(signal_fd_);
  close(request_fd_);
}

absl::Status Process::Serve(std::vector<Part> parts) {
  return RunWith(std::move(parts), [this] {
    log_.Info("serving", {{"pid", static_cast<int>(getpid())}});
    AwaitDrainRequest();
    log_.Info("draining");
    return absl::OkStatus();
  });
}

absl::Status Process::RunWith(std::vector<Part> parts, absl::AnyInvocable<absl::Status() &&> work) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].start) continue;
    const absl::Status status = parts[i].start();
    if (!status.ok()) {
      log_.Error("part_failed_to_start", {{"part", parts[i].name}, {"detail", status.message()}});
      StopReversed(parts, i, log_);
      return absl::Status(status.code(), absl::StrCat(parts[i].name, ": ", status.message()));
    }
    log_.Info("part_started", {{"part", parts[i].name}});
  }
  const absl::Status status = std::move(work)();
  StopReversed(parts, parts.size(), log_);
  return status;
}

void Process::AwaitDrainRequest() {
  pollfd asked[] = {{signal_fd_, POLLIN, 0}, {request_fd_, POLLIN, 0}};
  while (poll(asked, 2, -1) < 0 && errno == EINTR) {
  }
  // So that it counts as requested from now on, whoever asked.
  RequestDrain();
  signalfd_siginfo info;
  while (read(signal_fd_, &info, sizeof(info)) > 0) {
  }
  const sigset_t signals = DrainSignals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void Process::RequestDrain() {
  const uint64_t one = 1;
  while (write(request_fd_, &one, sizeof(one)) < 0 && errno == EINTR) {
  }
}

bool Process::drain_requested() const { return IsReadable(signal_fd_) || IsReadable(request_fd_); }

}  // namespace regard::app
