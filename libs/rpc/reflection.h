// Server reflection: a running server tells any client (grpcurl) what it offers. Packaged gRPC has one too, which is a
// synchronous service and brings polling threads of its own that every other call then shares.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace grpc {
class Service;
}  // namespace grpc

namespace regard::rpc {

// Offers `service_full_names` and every type linked in. Answers anybody.
std::unique_ptr<grpc::Service> MakeReflection(std::vector<std::string> service_full_names);

}  // namespace regard::rpc
