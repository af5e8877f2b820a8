// One line a statement, each a JSON object that any tool can read, whatever is in the text.
#include "libs/telemetry/log.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "libs/base/manual_clock.h"

namespace regard::telemetry {
namespace {

class LogTest : public testing::Test {
 protected:
  google::protobuf::Struct OnlyLine() {
    EXPECT_EQ(lines_.size(), 1u);
    google::protobuf::Struct object;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(lines_.at(0), &object).ok()) << lines_.at(0);
    return object;
  }

  ManualClock clock_{absl::FromUnixMillis(1'777'627'800'123)};
  std::vector<std::string> lines_;
  Log log_{clock_, Level::kInfo, [this](absl::string_view line) { lines_.emplace_back(line); }};
};

TEST_F(LogTest, LineIsTimeLevelEventAndFields) {
  log_.Info("server_started", {{"port", 7300}, {"tls", false}, {"took", absl::Milliseconds(250)}, {"id", "b1"}});
  EXPECT_THAT(lines_, testing::ElementsAre("{\"time\":\"2026-05-01T09:30:00.123Z\",\"level\":\"info\","
                                           "\"event\":\"server_started\",\"port\":7300,\"tls\":false,\"took\":0.25,"
                                           "\"id\":\"b1\"}\n"));
}

TEST_F(LogTest, TextCannotBreakTheLine) {
  const std::string text = std::string("a\"b\\c\nd\re\tf\x01g") + '\0' + "h £";
  log_.Error("odd", {{"text", text}});
  EXPECT_EQ(OnlyLine().fields().at("text").string_value(), text);
  EXPECT_EQ(lines_[0].find('\n'), lines_[0].size() - 1);
}

TEST_F(LogTest, NumbersKeepTheirType) {
  log_.Info("numbers", {{"big", std::numeric_limits<uint64_t>::max()},
                        {"least", std::numeric_limits<int64_t>::min()},
                        {"none", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_THAT(lines_[0], testing::HasSubstr("\"big\":18446744073709551615,\"least\":-9223372036854775808,\"none\":null"));
}

TEST_F(LogTest, WhatIsBelowTheLevelIsNotWritten) {
  log_.Debug("details");
  EXPECT_TRUE(lines_.empty());
  EXPECT_FALSE(log_.enabled(Level::kDebug));
  log_.Warning("trouble");
  EXPECT_EQ(lines_.size(), 1u);
}

}  // namespace
}  // namespace regard::telemetry
