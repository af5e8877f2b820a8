// Ends a listening port of this process and the connections to it, as a crash would: what their clients wait for becomes
// UNAVAILABLE. gRPC's own way to stop kills calls that arrive after it began, which clients see as CANCELLED by nobody.
#pragma once

namespace regard::rpc {

// Nobody connects to the TCP port any more.
void StopListening(int port);
// Nothing is read from or written to whoever is connected to the TCP port. What was written before still arrives.
void CutConnections(int port);

}  // namespace regard::rpc
