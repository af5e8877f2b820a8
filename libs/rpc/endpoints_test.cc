#include "libs/rpc/endpoints.h"

#include "gtest/gtest.h"

namespace regard::rpc {
namespace {

TEST(EndpointsTest, OneAddressIsForAllServices) {
  const auto endpoints = Endpoints::Open("127.0.0.1:7300", {});
  ASSERT_TRUE(endpoints.ok()) << endpoints.status();
  EXPECT_EQ(endpoints->instances().size(), 1u);
  EXPECT_EQ(endpoints->ChannelTo("regard.budgets.v1.BudgetsService"),
            endpoints->ChannelTo("regard.market.v1.MarketService"));
}

TEST(EndpointsTest, EachServiceHasItsInstances) {
  const auto endpoints = Endpoints::Open("budgets=127.0.0.1:7411,127.0.0.1:7412;bookings=127.0.0.1:7421", {});
  ASSERT_TRUE(endpoints.ok()) << endpoints.status();
  EXPECT_EQ(endpoints->instances().size(), 3u);
  EXPECT_EQ(endpoints->ChannelTo("regard.bookings.v1.BookingsService"), endpoints->instances()[2].channel);
  EXPECT_NE(endpoints->ChannelTo("regard.budgets.v1.BudgetsService"), endpoints->instances()[0].channel);
}

TEST(EndpointsTest, AMissingAddressIsSaid) {
  for (const char* text : {"", "budgets=", "budgets=127.0.0.1:1;bookings="}) {
    EXPECT_EQ(Endpoints::Open(text, {}).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace regard::rpc
