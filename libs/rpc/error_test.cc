// What a client reads of an error is what the server refused with: kind, reason, field.
#include "libs/rpc/error.h"

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "libs/rpc/client.h"

namespace regard::rpc {
namespace {

using Kind = Rejection::Kind;

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

TEST(Error, EveryKindComesBackAsItWas) {
  for (const Kind kind : {Kind::kInvalid, Kind::kRule, Kind::kNotFound, Kind::kConflict, Kind::kTooMuch,
                          Kind::kUnavailable, Kind::kDenied, Kind::kUnauthenticated, Kind::kDeadline}) {
    const Rejection rejection{kind, "SOME_REASON", "some words", kind == Kind::kInvalid ? "amount.pence" : ""};
    const grpc::Status status = ToGrpc(ToStatus(rejection));
    EXPECT_EQ(status.error_code(), CodeOf(kind));
    EXPECT_EQ(RejectionOf(status), rejection);
    EXPECT_EQ(ToAbslStatus(status), ToStatus(rejection));
  }
}

TEST(Error, EveryErrorHasReasonUnderOurDomain) {
  const google::rpc::Status details = DetailsOf(ToGrpc(ToStatus(RuleRefuses("NOT_ENOUGH_FREE"))));
  EXPECT_EQ(details.code(), grpc::StatusCode::FAILED_PRECONDITION);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.domain(), "regard");
  EXPECT_EQ(info.reason(), "NOT_ENOUGH_FREE");
  EXPECT_EQ(details.details_size(), 1);
}

TEST(Error, MalformedRequestNamesItsField) {
  const google::rpc::Status details = DetailsOf(ToGrpc(ToStatus(Invalid("amount", "NEGATIVE", "at least a penny"))));
  google::rpc::BadRequest bad;
  ASSERT_EQ(details.details_size(), 2);
  ASSERT_TRUE(details.details(1).UnpackTo(&bad));
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "amount");
  EXPECT_EQ(bad.field_violations(0).description(), "at least a penny");
}

TEST(Error, WhatMayBeTriedAgainSaysWhen) {
  EXPECT_EQ(RetryDelayOf(ToGrpc(ToStatus(Unavailable("FENCED")))), absl::Milliseconds(200));
  EXPECT_EQ(RetryDelayOf(ToGrpc(ToStatus({Kind::kTooMuch, "OVERLOADED", "", ""}))), absl::Seconds(1));
  EXPECT_EQ(RetryDelayOf(ToGrpc(ToStatus(RuleRefuses("NO")))), absl::nullopt);
  EXPECT_EQ(RetryDelayOf(grpc::Status::OK), absl::nullopt);
}

TEST(Error, UnknownOutcomeIsUnavailable) {
  const grpc::Status status = ToGrpc(ToStatus(Unavailable("OUTCOME_UNKNOWN")));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(RejectionOf(status)->reason, "OUTCOME_UNKNOWN");
}

TEST(Error, InternalWordsStayInside) {
  const grpc::Status status = ToGrpc(absl::DataLossError("/var/lib/regard is cut at 17"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_message().find("/var"), std::string::npos);
  EXPECT_EQ(status.error_details().find("/var"), std::string::npos);
  EXPECT_EQ(RejectionOf(status)->reason, "DATA_LOSS");
}

TEST(Error, LongWordsAreCutToFitTheTrailers) {
  const grpc::Status status = ToGrpc(ToStatus(RuleRefuses("LONG", std::string(100'000, 'x'))));
  EXPECT_LT(status.error_message().size() + status.error_details().size(), 4096u);
}

TEST(Error, GrpcOwnErrorsHaveTheirCodeAsReason) {
  EXPECT_EQ(RejectionOf(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection refused"))->reason, "UNAVAILABLE");
  EXPECT_EQ(RejectionOf(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, ""))->kind, Kind::kDeadline);
  EXPECT_EQ(RejectionOf(grpc::Status::OK), absl::nullopt);
}

}  // namespace
}  // namespace regard::rpc
