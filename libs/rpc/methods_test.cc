// A service is only served when each of its RPCs says who may call it.
#include "libs/rpc/methods.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/rpc/testing/probe.pb.h"

namespace regard::rpc {
namespace {

using options::v1::Role;
using ::testing::HasSubstr;

TEST(Methods, ReadsWhoMayCall) {
  telemetry::Metrics metrics;
  const auto methods = ReadMethods("regard.rpc.testing.ProbeService", metrics);
  ASSERT_TRUE(methods.ok()) << methods.status();
  const Method* const place = methods->Find(&testing::PlaceRequest::default_instance());
  ASSERT_NE(place, nullptr);
  EXPECT_EQ(place->name, "regard.rpc.testing.ProbeService/Place");
  EXPECT_FALSE(place->open);
  EXPECT_NE(place->request_id, nullptr);
  for (int role = options::v1::Role_MIN; role <= options::v1::Role_MAX; ++role) {
    EXPECT_EQ(place->Allows(static_cast<Role>(role)),
              role == options::v1::ROLE_PERSON || role == options::v1::ROLE_PRACTITIONER);
  }
  const Method* const look = methods->Find(&testing::LookRequest::default_instance());
  ASSERT_NE(look, nullptr);
  EXPECT_TRUE(look->open);
  EXPECT_EQ(look->request_id, nullptr);
  EXPECT_EQ(methods->Find(&testing::SlipRequest::default_instance()), nullptr);
}

TEST(Methods, RefusesWhatNothingGuards) {
  telemetry::Metrics metrics;
  const auto refusal = [&](absl::string_view service) {
    return std::string(ReadMethods(service, metrics).status().message());
  };
  EXPECT_THAT(refusal("regard.rpc.testing.UnguardedService"), HasSubstr("Slip does not say who may call it"));
  EXPECT_THAT(refusal("regard.rpc.testing.NobodyService"), HasSubstr("Shut lets nobody call it"));
  EXPECT_THAT(refusal("regard.rpc.testing.SharingService"), HasSubstr("SharedRequest"));
  EXPECT_THAT(refusal("regard.rpc.testing.StreamingService"), HasSubstr("Watch streams"));
  EXPECT_THAT(refusal("regard.rpc.testing.AbsentService"), HasSubstr("no service"));
}

}  // namespace
}  // namespace regard::rpc
