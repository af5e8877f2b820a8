// Where services are: one address for all of them, as of a standalone or a gateway, or a list by service, each of several
// instances: "budgets=127.0.0.1:7411,127.0.0.1:7412;bookings=127.0.0.1:7421".
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/channel.h"
#include "libs/rpc/client.h"

namespace regard::rpc {

// Immutable; thread-safe.
class Endpoints {
 public:
  // Connects lazily. INVALID_ARGUMENT with what is wrong in the text; several instances need addresses of numbers.
  static absl::StatusOr<Endpoints> Open(absl::string_view text, const ChannelOptions& options);

  // To the service of this gRPC name ("regard.budgets.v1.BudgetsService"), taking its instances in turn. One that is not
  // in the list is asked of any.
  const std::shared_ptr<grpc::Channel>& ChannelTo(absl::string_view service_full_name) const;
  // Every single instance, in the order of the list.
  struct Instance {
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
  };
  const std::vector<Instance>& instances() const { return instances_; }

 private:
  std::map<std::string, std::shared_ptr<grpc::Channel>, std::less<>> by_package_;
  std::vector<Instance> instances_;
};

}  // namespace regard::rpc
