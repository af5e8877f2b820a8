#include "libs/rpc/connections.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"

namespace regard::rpc {
namespace {

// 0 for what is no TCP socket.
int LocalPort(int fd) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

bool Listens(int fd) {
  int listens = 0;
  socklen_t size = sizeof(listens);
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

// `does` gets the descriptor as gRPC has it, and one of our own that stays with this socket whatever gRPC does meanwhile.
void ForEachSocket(int port, bool listening, const std::function<void(int theirs, int own)>& does) {
  if (port == 0) return;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end; !error && entry != end;
       entry.increment(error)) {
    int theirs = -1;
    if (!absl::SimpleAtoi(entry->path().filename().string(), &theirs)) continue;
    const int own = dup(theirs);
    if (own < 0) continue;
    if (LocalPort(own) == port && Listens(own) == listening) does(theirs, own);
    close(own);
  }
}

}  // namespace

void StopListening(int port) {
  // Replaced rather than shut down, which gRPC would report as a fault of its listener. It closes the number itself.
  const int nothing = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (nothing < 0) return;
  ForEachSocket(port, true, [nothing](int theirs, int) { dup3(nothing, theirs, O_CLOEXEC); });
  close(nothing);
}

void CutConnections(int port) {
  ForEachSocket(port, false, [](int, int own) { shutdown(own, SHUT_RDWR); });
}

}  // namespace regard::rpc
