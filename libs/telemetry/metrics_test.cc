// Handles are the same for the same name and labels, and what was counted is what a scrape shows.
#include "libs/telemetry/metrics.h"

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/telemetry/exposer.h"

namespace regard::telemetry {
namespace {

using testing::HasSubstr;

TEST(Metrics, SameNameAndLabelsAreOneHandle) {
  Metrics metrics;
  Counter& hold = metrics.CounterOf("regard_calls_total", "Calls.", {{"method", "Hold"}});
  hold.Add();
  for (int i = 0; i < 100; ++i) metrics.CounterOf("regard_calls_total", "Calls.", {{"method", std::to_string(i)}});
  EXPECT_EQ(&metrics.CounterOf("regard_calls_total", "Calls.", {{"method", "Hold"}}), &hold);
  EXPECT_EQ(hold.value(), 1u);
}

TEST(Metrics, ScrapeShowsEveryKind) {
  Metrics metrics;
  metrics.CounterOf("regard_calls_total", "Calls.", {{"method", "Hold"}}).Add(3);
  metrics.GaugeOf("regard_queue_commands", "Waiting.").Set(-2);
  metrics.Watch("regard_lag_appends", "Behind.", {{"view", "balance"}}, [] { return 7.0; });
  metrics.Watch("regard_claims_total", "Claims.", {}, [] { return 2.0; });
  Histogram& latency = metrics.HistogramOf("regard_fsync_seconds", "Time.", {0.1, 1});
  latency.Observe(0.1);
  latency.Observe(absl::Milliseconds(500));
  latency.Observe(3);

  const std::string text = Exposer::Text(metrics);
  EXPECT_THAT(text, HasSubstr("# TYPE regard_calls_total counter\nregard_calls_total{method=\"Hold\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE regard_queue_commands gauge\nregard_queue_commands -2\n"));
  EXPECT_THAT(text, HasSubstr("regard_lag_appends{view=\"balance\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE regard_claims_total counter\nregard_claims_total 2\n"));
  // An observation on a bound counts below it, and buckets are cumulative.
  EXPECT_THAT(text, HasSubstr("regard_fsync_seconds_bucket{le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("regard_fsync_seconds_bucket{le=\"1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("regard_fsync_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("regard_fsync_seconds_count 3\n"));
  EXPECT_THAT(text, HasSubstr("regard_fsync_seconds_sum 3.6"));
}

TEST(Metrics, ThreadsLoseNothing) {
  Metrics metrics;
  Counter& counter = metrics.CounterOf("regard_calls_total", "Calls.");
  Histogram& histogram = metrics.HistogramOf("regard_size_bytes", "Size.", SizeBounds());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) {
        counter.Add();
        histogram.Observe(64.0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 40'000u);
  EXPECT_EQ(histogram.bucket(0), 40'000u);
  EXPECT_EQ(histogram.sum(), 64.0 * 40'000);
}

TEST(Metrics, ExposerTakesPortOfItsOwn) {
  Metrics metrics;
  const auto exposer = Exposer::Start("127.0.0.1:0", metrics);
  ASSERT_TRUE(exposer.ok()) << exposer.status();
  EXPECT_GT((*exposer)->port(), 0);
  const auto second = Exposer::Start("127.0.0.1:" + std::to_string((*exposer)->port()), metrics);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace regard::telemetry
