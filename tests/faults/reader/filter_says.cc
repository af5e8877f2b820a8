// What Regard's own filter makes of records, as JSON lines for readers in other languages to be compared with: of the
// example in docs/log-protocol.md, or of seeded random partitions in which writers are late, repeat themselves and
// lose.
//
// usage: regard-filter-says example
//        regard-filter-says random SEED PARTITIONS
#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/es/accepted_reader.h"
#include "libs/es/feature_level.h"
#include "regard/budgets/v1/facts.pb.h"

namespace regard::faults {
namespace {

using log::v1::Record;

constexpr int64_t kStart = 1'780'000'256;

// Judges records as they are added, and prints a line for each.
class Partition {
 public:
  explicit Partition(int id) : id_(id), filter_(Start()) {}

  es::Offset next() const { return next_; }
  const log::v1::Checkpoint& at() const { return filter_.checkpoint(); }

  // False when readers stop here.
  bool Add(const std::string& value) {
    const es::Offset offset = next_++;
    const uint64_t before = at().position();
    auto record = std::make_shared<Record>();
    std::string verdict = "stop";
    uint64_t positions = 0;
    if (record->ParseFromString(value)) {
      const absl::StatusOr<es::RecordFilter::Verdict> judged = filter_.Judge({offset, record});
      if (judged.ok()) {
        verdict = *judged == es::RecordFilter::Verdict::kClaim      ? "claim"
                  : *judged == es::RecordFilter::Verdict::kAccepted ? "accepted"
                                                                    : "refused";
        positions = at().position() - before;
      }
    }
    absl::PrintF(R"({"partition":%d,"offset":%d,"value":"%s","verdict":"%s","position":%d,"appends":%d})" "\n", id_,
                 offset, absl::BytesToHexString(value), verdict, before + 1, positions);
    return verdict != "stop";
  }
  // Leaves an offset out, as damage does.
  void Skip() { ++next_; }

 private:
  static log::v1::Checkpoint Start() {
    log::v1::Checkpoint start;
    start.set_token(-1);
    return start;
  }

  const int id_;
  es::Offset next_ = 0;
  es::RecordFilter filter_;
};

Record Claim(const std::string& instance, int64_t seconds) {
  Record record;
  record.mutable_claim()->set_instance_id(instance);
  record.mutable_claim()->mutable_time()->set_seconds(kStart + seconds);
  return record;
}

// An allocation of so many pounds by request number `request`.
void AddAppend(Record& record, int64_t seconds, uint64_t version, int pounds, int request) {
  log::v1::Append& append = *record.mutable_batch()->add_appends();
  append.mutable_record_time()->set_seconds(kStart + seconds);
  append.mutable_actor()->set_subject("anna");
  append.mutable_actor()->set_tenant("E08000009");
  append.mutable_request()->set_id(absl::HexStringToBytes("019e6d2f8c007000800000000000") +
                                   std::string({'\0', static_cast<char>(request)}));
  append.mutable_request()->set_digest(absl::HexStringToBytes("00112233445566778899aabbccddeeff"));
  log::v1::Fact& fact = *append.add_facts();
  fact.set_stream("budget/b1");
  fact.set_version(version);
  budgets::v1::BudgetFact body;
  body.mutable_allocated()->set_line_id("main");
  body.mutable_allocated()->mutable_amount()->set_pence(pounds * 100);
  body.mutable_allocated()->mutable_amount()->set_currency("GBP");
  body.mutable_allocated()->set_reason("REVIEW");
  fact.set_body(body.SerializeAsString());
}

Record Batch(es::Offset token, uint64_t sequence) {
  Record record;
  record.set_token(token);
  record.set_sequence(sequence);
  record.mutable_batch();
  return record;
}

// The example of docs/log-protocol.md.
void Example() {
  Partition partition(0);
  const auto add = [&](const Record& record) { partition.Add(record.SerializeAsString()); };
  add(Claim("one", 0));
  Record first = Batch(0, 1);
  AddAppend(first, 0, 1, 100, 1);
  add(first);
  Record second = Batch(0, 2);
  AddAppend(second, 1, 2, 20, 2);
  AddAppend(second, 1, 3, 30, 3);
  add(second);
  add(second);
  add(Claim("two", 10));
  Record fenced = Batch(0, 3);
  AddAppend(fenced, 9, 4, 40, 4);
  add(fenced);
  Record overtaken = Batch(4, 1);
  AddAppend(overtaken, 11, 4, 40, 4);
  Record overtaking = Batch(4, 2);
  AddAppend(overtaking, 11, 5, 50, 5);
  add(overtaking);
  add(overtaken);
  add(Claim("two", 12));
  Record again = Batch(8, 1);
  AddAppend(again, 13, 5, 50, 5);
  add(again);
}

// One partition of a bad day: every kind of record that a reader may meet, most of them near what would count.
class Chaos {
 public:
  Chaos(uint64_t seed, int id) : random_(seed * 1'000'003 + id), partition_(id) {}

  void Run() {
    const int records = 20 + Below(60);
    for (int i = 0; i < records; ++i) {
      if (Below(400) == 0) partition_.Skip();
      const std::string value = Next();
      if (!partition_.Add(value)) return;
      written_.push_back(value);
    }
  }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }

  std::string Next() {
    const log::v1::Checkpoint& at = partition_.at();
    const int dice = Below(100);
    if (dice < 9) return NewClaim();
    if (dice < 50) return Plain(at.token(), at.sequence() + 1);
    if (dice < 66 && !written_.empty()) {
      return written_[written_.size() - 1 - Below(std::min<int>(12, written_.size()))];
    }
    if (dice < 80) return Plain(Token(), 1 + Below(6));
    if (dice < 92) return Plain(at.token(), at.sequence() + Below(4));
    return Odd();
  }

  std::string NewClaim() {
    claims_.push_back(partition_.next());
    Record claim = Claim(absl::StrCat("i", Below(3)), Below(1000));
    // Which mean nothing in a claim.
    if (Below(3) == 0) claim.set_token(Below(10));
    if (Below(3) == 0) claim.set_sequence(Below(10));
    return claim.SerializeAsString();
  }

  es::Offset Token() {
    if (Below(8) == 0) return Below(80) - 2;
    return claims_.empty() ? 0 : claims_[Below(static_cast<int>(claims_.size()))];
  }

  std::string Plain(es::Offset token, uint64_t sequence) {
    Record record = Batch(token, sequence);
    for (int i = Below(4); i > 0; --i) AddAppend(record, Below(1000), 1 + Below(9), 1 + Below(500), Below(100));
    // Seldom more than readers of today know.
    if (Below(10) == 0) {
      record.mutable_batch()->add_appends()->set_feature_level(Below(30) == 0 ? es::kFeatureLevel + 1 : Below(3));
    }
    return record.SerializeAsString();
  }

  // What no writer of today makes, and a reader must take like every other.
  std::string Odd() {
    const log::v1::Checkpoint& at = partition_.at();
    const std::string next = Plain(at.token(), at.sequence() + 1);
    Record bare;
    bare.set_token(at.token());
    bare.set_sequence(at.sequence() + 1);
    switch (Below(9)) {
      case 0: return "";
      case 1: return bare.SerializeAsString();
      // Unknown fields: 15 as bytes, 2000 as fixed64.
      case 2: return next + std::string("\x7a\x03xyz", 5);
      case 3: return next + std::string("\x81\x7d" "12345678", 10);
      // A claim and a batch in one: the later counts.
      case 4: claims_.push_back(partition_.next()); return next + NewClaimBehind();
      case 5: return NewClaimBehind() + next;
      // A batch in two pieces is one.
      case 6: return next + std::string("\x22\x00", 2);
      // The token in more bytes than it needs.
      case 7: return next + std::string("\x08\x80\x80\x00", 4);
      default: break;
    }
    if (Below(6) != 0) return next;
    // Damage: cut in the middle, or a stream's name that is not UTF-8.
    if (Below(2) == 0) return next.substr(0, next.size() - 1);
    Record record = bare;
    record.mutable_batch()->add_appends()->add_facts()->set_stream("budget/x");
    std::string bytes = record.SerializeAsString();
    bytes[bytes.size() - 1] = '\xff';
    return bytes;
  }

  std::string NewClaimBehind() { return Claim("behind", 1).SerializeAsString(); }

  std::mt19937_64 random_;
  Partition partition_;
  std::vector<es::Offset> claims_;
  std::vector<std::string> written_;
};

int Main(int argc, char** argv) {
  uint64_t seed = 0;
  int partitions = 0;
  if (argc == 2 && absl::string_view(argv[1]) == "example") {
    Example();
    return 0;
  }
  if (argc == 4 && absl::string_view(argv[1]) == "random" && absl::SimpleAtoi(argv[2], &seed) &&
      absl::SimpleAtoi(argv[3], &partitions)) {
    for (int i = 0; i < partitions; ++i) Chaos(seed, i).Run();
    return 0;
  }
  std::fputs("usage: regard-filter-says example | random SEED PARTITIONS\n", stderr);
  return 2;
}

}  // namespace
}  // namespace regard::faults

int main(int argc, char** argv) { return regard::faults::Main(argc, argv); }
