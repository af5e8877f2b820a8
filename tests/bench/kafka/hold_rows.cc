// Holds through gRPC on three brokers, beside bare records of the same bytes.
#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "regard/log/v1/record.pb.h"
#include "tests/bench/kafka/bare_producer.h"
#include "tests/bench/kafka/rows.h"
#include "tests/bench/kafka/topics.h"
#include "tests/bench/measuring.h"
#include "tests/bench/result_line.h"

namespace regard::bench {
namespace {

constexpr uint64_t kBudgets = 10'000;

// What a run of holds left in the log: batches only, and how many commands each carries.
struct Written {
  std::vector<Stored> stored;
  std::vector<const Stored*> records;
  std::vector<int> commands;
  double mean_bytes = 0;
  double mean_commands = 0;
};

double CpuOf(const std::vector<pid_t>& pids) {
  double micros = 0;
  for (const pid_t pid : pids) micros += CpuMicros(pid);
  return micros;
}

class HoldBench {
 public:
  HoldBench(Deployment& deployment, const EchoProcess& echo, const KafkaSettings& settings)
      : deployment_(deployment), settings_(settings), instance_(deployment.NewInstance("holds")) {
    deployment_.StartInstance(*instance_);
    deployment_.NeedBudgets(*instance_, kBudgets);
    real_ = deployment_.TargetOf(*instance_);
    echo_ = load::TargetAt(echo.address(), real_.token, real_.provider_id);
    MakeTopicBeside(deployment_.cluster(), topic_, beside_);
    bare_ = std::make_unique<BareProducer>(deployment_.cluster(), beside_);
  }
  ~HoldBench() {
    const absl::Status stopped = instance_->Stop();
    if (!stopped.ok()) std::fprintf(stderr, "the instance: %s\n", std::string(stopped.message()).c_str());
  }

  void One() {
    std::vector<double> real, yardstick, ratios, echoes, bares;
    double bytes = 0;
    for (int round = -1; round < settings_.rounds; ++round) {
      std::vector<int64_t> from = EndsOf(deployment_.cluster(), topic_);
      load::LoadResult mine = Hold(real_, 1, round);
      const Written written = WrittenSince(from);
      const double bare = Median(bare_->OneByOne(written.records, Length(round)));
      load::LoadResult theirs = Hold(echo_, 1, round);
      if (round < 0) continue;  // warms all up
      bytes = written.mean_bytes;
      real.push_back(absl::ToDoubleMicroseconds(mine.Percentile(0.5)));
      echoes.push_back(absl::ToDoubleMicroseconds(theirs.Percentile(0.5)));
      bares.push_back(bare);
      yardstick.push_back(bares.back() + echoes.back());
      ratios.push_back(real.back() / yardstick.back());
    }
    PrintResult("kafka_hold_1", Median(real), "us p50", Median(yardstick), "bare record p50 + echo p50", Median(ratios),
                "at most 1.3");
    std::fprintf(stderr, "kafka_hold_1: p50 of a bare record %.0f us, of an echo %.0f us; %.0f bytes a record\n",
                 Median(bares), Median(echoes), bytes);
  }

  void Many() {
    std::vector<double> real, yardstick, flat_out, with_follower, ratios;
    std::vector<double> server_cpu, broker_cpu, bare_cpu, follower_cpu;
    const std::vector<pid_t> brokers = BrokerPids();
    Written last;
    for (int round = -1; round < settings_.rounds; ++round) {
      const std::vector<int64_t> from = EndsOf(deployment_.cluster(), topic_);
      const double server_before = CpuMicros(instance_->pid());
      const double brokers_before = CpuOf(brokers);
      const load::LoadResult mine = Hold(real_, 256, round);
      const double brokers_between = CpuOf(brokers);
      const double server_after = CpuMicros(instance_->pid());
      Written written = WrittenSince(from);
      const double bare_before = CpuOf(brokers);
      const double bare = bare_->All(written.records, written.commands, 256);
      const double bare_after = CpuOf(brokers);
      const double all_at_once = bare_->All(written.records, written.commands, 1 << 20);
      double followed = 0;
      const double followed_before = CpuOf(brokers);
      {
        // As the instance reads on what it writes itself.
        Follower follower(deployment_.cluster(), beside_);
        followed = bare_->All(written.records, written.commands, 256);
      }
      const double followed_after = CpuOf(brokers);
      if (round < 0) continue;
      with_follower.push_back(followed);
      follower_cpu.push_back((followed_after - followed_before) / static_cast<double>(mine.ok));
      const double ok = static_cast<double>(mine.ok);
      real.push_back(mine.per_second());
      yardstick.push_back(bare);
      flat_out.push_back(all_at_once);
      ratios.push_back(mine.per_second() / bare);
      server_cpu.push_back((server_after - server_before) / ok);
      broker_cpu.push_back((brokers_between - brokers_before) / ok);
      bare_cpu.push_back((bare_after - bare_before) / ok);
      last = std::move(written);
    }
    PrintResult("kafka_hold_256", Median(real), "holds/s", Median(yardstick), "holds/s of bare records",
                Median(ratios), "at least 0.7");
    std::fprintf(stderr,
                 "kafka_hold_256: %.1f commands and %.0f bytes a record; the same bare, all records handed over at "
                 "once: %.0f holds/s\nkafka_hold_256: processor time a hold: server %.0f us, brokers %.0f us; brokers "
                 "for a bare one %.0f us, and for one that a consumer follows %.0f us, at %.0f holds/s\n",
                 last.mean_commands, last.mean_bytes, Median(flat_out), Median(server_cpu), Median(broker_cpu),
                 Median(bare_cpu), Median(follower_cpu), Median(with_follower));
  }

 private:
  absl::Duration Length(int round) const { return absl::Seconds(round < 0 ? 1 : settings_.seconds); }

  load::LoadResult Hold(const load::Target& target, int in_flight, int round) const {
    load::LoadOptions options;
    options.budgets = kBudgets;
    options.in_flight = in_flight;
    options.duration = Length(round);
    // Request ids are new all the same, since they hold the time.
    options.seed = static_cast<uint64_t>(1000 * in_flight + round + 1);
    load::LoadResult result = load::PlaceHolds(target, options);
    if (result.failed > 0) {
      std::fprintf(stderr, "%lu calls failed, first: %s\n", result.failed, result.first_error.c_str());
    }
    return result;
  }

  Written WrittenSince(const std::vector<int64_t>& from) const {
    Written written;
    written.stored = ReadBetween(deployment_.cluster(), topic_, from, EndsOf(deployment_.cluster(), topic_));
    double bytes = 0;
    double commands = 0;
    for (const Stored& stored : written.stored) {
      log::v1::Record record;
      if (!record.ParseFromString(stored.bytes)) Die("a record does not parse");
      if (!record.has_batch()) continue;
      written.records.push_back(&stored);
      written.commands.push_back(record.batch().appends_size());
      bytes += static_cast<double>(stored.bytes.size());
      commands += record.batch().appends_size();
    }
    const double count = std::max<double>(1, static_cast<double>(written.records.size()));
    written.mean_bytes = bytes / count;
    written.mean_commands = commands / count;
    return written;
  }

  Deployment& deployment_;
  const KafkaSettings& settings_;
  const std::string topic_ = deployment_.topic("budgets");
  const std::string beside_ = deployment_.topic_beside("holds");
  const std::unique_ptr<load::StandaloneProcess> instance_;
  load::Target real_;
  load::Target echo_;
  std::unique_ptr<BareProducer> bare_;
};

}  // namespace

void HoldRows(Deployment& deployment, const EchoProcess& echo, const KafkaSettings& settings, bool one, bool many) {
  HoldBench bench(deployment, echo, settings);
  if (one) bench.One();
  if (many) bench.Many();
}

}  // namespace regard::bench
