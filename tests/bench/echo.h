// The yardstick of calls: a server that answers with the bytes of the real one and does nothing else, as a process of
// its own.
#pragma once

#include <sys/types.h>

#include <string>

namespace regard::bench {

// What a program does that is started with the one argument --echo. Never returns.
[[noreturn]] void ServeEcho();

// Starts `self`, a program that knows --echo, and kills it in the end. Dies when it does not start.
class EchoProcess {
 public:
  explicit EchoProcess(const char* self);
  ~EchoProcess();

  const std::string& address() const { return address_; }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
  std::string address_;
};

}  // namespace regard::bench
