// Over a real connection: who is let in, what a handler is told, what a refusal looks like, and what is written down.
#include "libs/rpc/shell.h"

#include <thread>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/rpc/testing/probe.h"
#include "libs/telemetry/exposer.h"

namespace regard::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::LookRequest;
using testing::LookResponse;
using testing::PlaceRequest;
using testing::PlaceResponse;
using testing::ProbeService;

constexpr char kTraceparent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class ShellTest : public ::testing::Test {
 protected:
  ShellTest() : server_(world_.Serve()), stub_(ProbeService::NewStub(*OpenChannel(server_->local_address()))) {}

  struct Answer {
    grpc::Status status;
    PlaceResponse response;
    std::string reason() const { return status.ok() ? "OK" : RejectionOf(status)->reason; }
  };

  Answer Place(absl::string_view token, absl::Duration timeout = absl::InfiniteDuration(),
               const std::vector<std::pair<std::string, std::string>>& metadata = {}) {
    grpc::ClientContext context;
    AttachToken(context, token);
    if (timeout != absl::InfiniteDuration()) SetTimeout(context, timeout);
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    PlaceRequest request;
    request.set_request_id(request_id_);
    request.set_text("a secret of somebody's");
    Answer answer;
    answer.status = stub_->Place(&context, request, &answer.response);
    return answer;
  }

  std::string request_id_ = "01890a5d-ac96-774b-bcce-b302099a8057";
  testing::World world_;
  const std::unique_ptr<Server> server_;
  const std::unique_ptr<ProbeService::Stub> stub_;
};

TEST_F(ShellTest, HandlerIsToldWhoCalls) {
  const std::string token = world_.Token(options::v1::ROLE_PRACTITIONER);
  world_.probe.on_place = [&](const Call& call, const PlaceRequest& request, PlaceResponse& response, Done done) {
    EXPECT_EQ(call.caller().subject, "person-1");
    EXPECT_EQ(call.caller().role, options::v1::ROLE_PRACTITIONER);
    EXPECT_EQ(call.caller().tenant, "E08000009");
    EXPECT_EQ(call.token(), token);
    EXPECT_EQ(call.traceparent(), kTraceparent);
    EXPECT_EQ(call.request_id(), request_id_);
    EXPECT_EQ(call.method(), "regard.rpc.testing.ProbeService/Place");
    response.set_text(request.text());
    done(absl::OkStatus());
  };
  const Answer answer = Place(token, absl::InfiniteDuration(), {{"traceparent", kTraceparent}});
  EXPECT_EQ(answer.reason(), "OK");
  EXPECT_EQ(answer.response.text(), "a secret of somebody's");
  EXPECT_EQ(world_.shell.in_flight(), 0);
}

TEST_F(ShellTest, DeadlineIsTheCallersOrTheServers) {
  absl::Time deadline;
  world_.probe.on_place = [&](const Call& call, const PlaceRequest&, PlaceResponse&, Done done) {
    deadline = call.deadline();
    done(absl::OkStatus());
  };
  ASSERT_EQ(Place(world_.Token()).reason(), "OK");
  EXPECT_EQ(deadline, world_.clock.Now() + absl::Seconds(10));
  ASSERT_EQ(Place(world_.Token(), absl::Minutes(5)).reason(), "OK");
  EXPECT_LE(deadline, world_.clock.Now() + absl::Minutes(5) + absl::Seconds(1));
  EXPECT_GT(deadline, world_.clock.Now() + absl::Minutes(4));
}

TEST_F(ShellTest, OnlyNamedRolesMayCall) {
  for (int number = options::v1::ROLE_PERSON; number <= options::v1::Role_MAX; ++number) {
    const auto role = static_cast<options::v1::Role>(number);
    const bool may = role == options::v1::ROLE_PERSON || role == options::v1::ROLE_PRACTITIONER;
    const Answer answer = Place(world_.Token(role));
    EXPECT_EQ(answer.reason(), may ? "OK" : "ROLE_NOT_ALLOWED") << auth::RoleName(role);
    EXPECT_EQ(answer.status.error_code(), may ? grpc::StatusCode::OK : grpc::StatusCode::PERMISSION_DENIED);
  }
}

TEST_F(ShellTest, NobodyIsLetInWithoutGoodToken) {
  bool called = false;
  world_.probe.on_place = [&](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    called = true;
    done(absl::OkStatus());
  };
  EXPECT_EQ(Place("").reason(), "TOKEN_MISSING");
  EXPECT_EQ(Place("").status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Place("nonsense").reason(), "TOKEN_INVALID");
  EXPECT_EQ(Place("", absl::Seconds(5), {{"authorization", "Digest " + world_.Token()}}).reason(), "TOKEN_INVALID");
  EXPECT_EQ(Place(world_.Token(), absl::Seconds(5), {{"authorization", "Bearer " + world_.Token()}}).reason(),
            "TOKEN_INVALID");
  const std::string token = world_.Token(options::v1::ROLE_PERSON, absl::Seconds(5));
  world_.clock.Advance(absl::Seconds(5));
  EXPECT_EQ(Place(token).reason(), "TOKEN_EXPIRED");
  EXPECT_FALSE(called);
}

TEST_F(ShellTest, OpenRpcTakesNobodyButNoBadToken) {
  const auto look = [&](absl::string_view token) {
    grpc::ClientContext context;
    AttachToken(context, token);
    LookResponse response;
    const grpc::Status status = stub_->Look(&context, LookRequest(), &response);
    return !status.ok() ? RejectionOf(status)->reason : response.has_caller() ? "SOMEBODY" : "NOBODY";
  };
  EXPECT_EQ(look(""), "NOBODY");
  EXPECT_EQ(look(world_.Token(options::v1::ROLE_PARTNER)), "SOMEBODY");
  EXPECT_EQ(look("nonsense"), "TOKEN_INVALID");
}

TEST_F(ShellTest, MalformedTraceIsNotPassedOn) {
  std::string seen = "unset";
  world_.probe.on_place = [&](const Call& call, const PlaceRequest&, PlaceResponse&, Done done) {
    seen = std::string(call.traceparent());
    done(absl::OkStatus());
  };
  for (std::string bad : {"", "00-xyz", "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01"}) {
    ASSERT_EQ(Place(world_.Token(), absl::Seconds(5), {{"traceparent", bad}}).reason(), "OK");
    EXPECT_EQ(seen, "") << bad;
  }
}

TEST_F(ShellTest, RefusalCarriesReasonAndNoResponse) {
  world_.probe.on_place = [](const Call&, const PlaceRequest&, PlaceResponse& response, Done done) {
    response.set_text("not to be seen");
    done(ToStatus(Invalid("text", "TOO_LONG", "at most three words")));
  };
  const Answer answer = Place(world_.Token());
  EXPECT_EQ(RejectionOf(answer.status), Invalid("text", "TOO_LONG", "at most three words"));
  EXPECT_EQ(answer.response.text(), "");
}

TEST_F(ShellTest, AnswerMayComeLaterFromAnotherThread) {
  std::thread later;
  world_.probe.on_place = [&](const Call& call, const PlaceRequest& request, PlaceResponse& response, Done done) {
    later = std::thread([&call, &request, &response, done = std::move(done)]() mutable {
      response.set_subject(call.caller().subject);
      response.set_text(request.text());
      done(absl::OkStatus());
    });
  };
  const Answer answer = Place(world_.Token());
  EXPECT_EQ(answer.response.subject(), "person-1");
  later.join();
}

TEST_F(ShellTest, DroppedAnswerIsUnknownOutcome) {
  world_.probe.on_place = [](const Call&, const PlaceRequest&, PlaceResponse&, Done) {};
  EXPECT_EQ(Place(world_.Token()).reason(), "OUTCOME_UNKNOWN");
  EXPECT_EQ(world_.shell.in_flight(), 0);
}

TEST_F(ShellTest, OurFailuresAreLoggedWithoutWhatCallersSaid) {
  world_.probe.on_place = [](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    done(absl::InternalError("the diary is torn at position 7"));
  };
  const std::string token = world_.Token();
  EXPECT_EQ(Place(token, absl::Seconds(5), {{"traceparent", kTraceparent}}).reason(), "INTERNAL");
  const std::vector<std::string> lines = world_.TakeLines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("\"event\":\"rpc_failed\""));
  EXPECT_THAT(lines[0], HasSubstr("the diary is torn at position 7"));
  EXPECT_THAT(lines[0], HasSubstr(request_id_));
  EXPECT_THAT(lines[0], HasSubstr(kTraceparent));
  EXPECT_THAT(lines[0], HasSubstr("\"role\":\"person\""));
  for (const std::string& private_text : {std::string("secret"), std::string("person-1"), token}) {
    EXPECT_THAT(lines[0], Not(HasSubstr(private_text)));
  }
}

TEST_F(ShellTest, WhatIsNoRequestIdIsNotLogged) {
  world_.probe.on_place = [](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    done(absl::InternalError("torn"));
  };
  request_id_ = "Mrs Jones, 5 Acacia Road";
  Place(world_.Token());
  const std::vector<std::string> lines = world_.TakeLines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], Not(HasSubstr("Jones")));
}

TEST_F(ShellTest, RefusedCallersAreNotLoggedAndFloodIsCut) {
  world_.probe.on_place = [](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    done(ToStatus(RuleRefuses("NOT_ENOUGH_FREE")));
  };
  Place(world_.Token());
  EXPECT_THAT(world_.TakeLines(), IsEmpty());
  world_.probe.on_place = [](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    done(ToStatus(Unavailable("FENCED")));
  };
  for (int i = 0; i < 30; ++i) Place(world_.Token());
  EXPECT_THAT(world_.TakeLines(), SizeIs(20));
  world_.clock.Advance(absl::Seconds(1));
  Place(world_.Token());
  const std::vector<std::string> lines = world_.TakeLines();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("\"not_logged\":10"));
}

TEST_F(ShellTest, OutcomesAreCounted) {
  Place(world_.Token());
  Place(world_.Token());
  Place("");
  const std::string text = telemetry::Exposer::Text(world_.metrics);
  EXPECT_THAT(text, HasSubstr(R"(regard_rpc_total{code="OK",method="regard.rpc.testing.ProbeService/Place"} 2)"));
  EXPECT_THAT(text,
              HasSubstr(R"(regard_rpc_total{code="UNAUTHENTICATED",method="regard.rpc.testing.ProbeService/Place"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(regard_rpc_seconds_count{method="regard.rpc.testing.ProbeService/Place"} 3)"));
  EXPECT_THAT(text, HasSubstr("regard_rpc_in_flight 0"));
}

TEST(ShellLimit, WhatIsTooMuchIsShedBeforeWork) {
  testing::World world({.max_in_flight = 1});
  absl::Notification entered;
  absl::Notification leave;
  int calls = 0;
  world.probe.on_place = [&](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    ++calls;
    entered.Notify();
    leave.WaitForNotification();
    done(absl::OkStatus());
  };
  const auto server = world.Serve();
  const auto stub = ProbeService::NewStub(*OpenChannel(server->local_address()));
  const auto place = [&] {
    grpc::ClientContext context;
    AttachToken(context, world.Token());
    PlaceResponse response;
    return stub->Place(&context, PlaceRequest(), &response);
  };
  std::thread first([&] { EXPECT_TRUE(place().ok()); });
  entered.WaitForNotification();
  const grpc::Status status = place();
  leave.Notify();
  first.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(RejectionOf(status)->reason, "OVERLOADED");
  EXPECT_TRUE(RetryDelayOf(status).has_value());
  EXPECT_EQ(calls, 1);
}

TEST_F(ShellTest, UnknownOutcomesAreCounted) {
  const telemetry::Counter& unknown = world_.metrics.CounterOf("regard_unknown_outcomes_total", "");
  world_.probe.on_place = [](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    done(ToStatus(Unavailable("OVERLOADED")));
  };
  EXPECT_EQ(Place(world_.Token()).reason(), "OVERLOADED");
  EXPECT_EQ(unknown.value(), 0u);
  world_.probe.on_place = [](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    done(ToStatus(Unavailable("OUTCOME_UNKNOWN")));
  };
  EXPECT_EQ(Place(world_.Token()).reason(), "OUTCOME_UNKNOWN");
  EXPECT_EQ(unknown.value(), 1u);
}

TEST_F(ShellTest, DrainRefusesWhatComesAndWaitsForWhatWasAdmitted) {
  absl::Notification entered;
  absl::optional<Done> kept;
  world_.probe.on_place = [&](const Call&, const PlaceRequest&, PlaceResponse&, Done done) {
    kept.emplace(std::move(done));
    entered.Notify();
  };
  std::thread first([&] { EXPECT_EQ(Place(world_.Token()).reason(), "OK"); });
  entered.WaitForNotification();
  world_.shell.Drain(absl::ZeroDuration());  // returns although one call is left
  const Answer second = Place(world_.Token());
  EXPECT_EQ(second.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(second.reason(), "STOPPING");
  EXPECT_TRUE(RetryDelayOf(second.status).has_value());
  std::thread drain([&] { world_.shell.Drain(absl::Seconds(30)); });
  (*kept)(absl::OkStatus());
  first.join();
  drain.join();
  EXPECT_EQ(world_.shell.in_flight(), 0);
}

}  // namespace
}  // namespace regard::rpc
