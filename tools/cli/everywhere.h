// One question to every instance of a deployment, at once.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "regard/operations/v1/operations_service.grpc.pb.h"
#include "tools/cli/connection.h"

namespace regard::cli {

template <class Response>
struct Asked {
  std::string address;
  absl::Status status;
  Response response;
};

// In the order of the list of instances.
template <class Request, class Response>
std::vector<Asked<Response>> AskEverywhere(
    const Connection& connection, absl::string_view token,
    grpc::Status (operations::v1::OperationsService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
    const Request& request) {
  const auto& instances = connection.endpoints().instances();
  std::vector<Asked<Response>> asked(instances.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < instances.size(); ++i) {
    asked[i].address = instances[i].address;
    threads.emplace_back([&, i] {
      const auto stub = operations::v1::OperationsService::NewStub(instances[i].channel);
      asked[i].status = connection.Call(*stub, method, token, request, asked[i].response);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return asked;
}

// The answers, or what was wrong with the first that has none.
template <class Response>
absl::StatusOr<std::vector<Response>> AllOf(std::vector<Asked<Response>> asked) {
  std::vector<Response> responses;
  for (Asked<Response>& one : asked) {
    if (!one.status.ok()) return one.status;
    responses.push_back(std::move(one.response));
  }
  return responses;
}

}  // namespace regard::cli
