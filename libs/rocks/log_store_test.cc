// The embedded log when the power goes, the disk fills, bytes flip and files are cut.
#include "libs/rocks/log_store.h"

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "gtest/gtest.h"
#include "libs/rocks/testing/faulty_file_system.h"
#include "libs/rocks/witness.h"

namespace regard::rocks {
namespace {

class LogStoreTest : public ::testing::Test {
 protected:
  LogStoreTest() {
    char pattern[] = "/tmp/regard-rocks-XXXXXX";
    folder_ = mkdtemp(pattern);
    options_.partition_count = 4;
    options_.env = files_.env();
  }
  ~LogStoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  absl::Status Open() {
    store_.reset();
    auto opened = LogStore::Open(folder_ + "/log", {"budgets"}, options_);
    if (!opened.ok()) return opened.status();
    store_ = *std::move(opened);
    return absl::OkStatus();
  }

  absl::StatusOr<es::Offset> Append(int partition, const std::string& stream) {
    auto record = std::make_shared<log::v1::Record>();
    record->mutable_batch()->add_appends()->add_facts()->set_stream(stream);
    std::mutex mutex;
    std::condition_variable arrived;
    absl::optional<absl::StatusOr<es::Offset>> result;
    store_->topic("budgets")->Append(partition, record, [&](absl::StatusOr<es::Offset> offset) {
      std::lock_guard<std::mutex> lock(mutex);
      result = offset;
      arrived.notify_one();
    });
    std::unique_lock<std::mutex> lock(mutex);
    arrived.wait(lock, [&] { return result.has_value(); });
    return *result;
  }
  int AppendAcknowledged(int count) {
    int acknowledged = 0;
    for (int i = 0; i < count; ++i) acknowledged += Append(i % 4, "s" + std::to_string(i)).ok();
    return acknowledged;
  }
  int Stored() {
    int stored = 0;
    for (int partition = 0; partition < 4; ++partition) {
      auto records = store_->topic("budgets")->Read(partition, 0, 1 << 30);
      EXPECT_TRUE(records.ok()) << records.status();
      if (records.ok()) stored += static_cast<int>(records->size());
    }
    return stored;
  }
  // The write-ahead log with the most bytes.
  std::filesystem::path LargestFile(const std::string& extension) {
    std::filesystem::path largest;
    uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/log")) {
      if (entry.path().extension() == extension && entry.file_size() >= bytes) {
        bytes = entry.file_size();
        largest = entry.path();
      }
    }
    return largest;
  }
  static void Flip(const std::filesystem::path& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get() ^ 0x20);
    file.seekp(at);
    file.put(byte);
  }

  testing::FaultyFileSystem files_;
  std::string folder_;
  LogStoreOptions options_;
  std::unique_ptr<LogStore> store_;
};

TEST_F(LogStoreTest, WhatWasAcknowledgedSurvivesThePower) {
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(AppendAcknowledged(200), 200);
  files_.CutPower();
  store_.reset();
  files_.RestorePower();
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(Stored(), 200);
}

// The negative control: without syncing, the same test must find records missing, else it tests nothing.
TEST_F(LogStoreTest, WithoutSyncingThePowerTakesAcknowledgedRecords) {
  options_.sync = false;
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(AppendAcknowledged(200), 200);
  files_.CutPower();
  store_.reset();
  files_.RestorePower();
  const absl::Status opened = Open();
  if (opened.ok()) {
    EXPECT_LT(Stored(), 200);
  }
}

TEST_F(LogStoreTest, AFullDiskRefusesAndLosesNothingAndGoesOnWhenThereIsSpace) {
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(AppendAcknowledged(20), 20);
  files_.SetFull(true);
  EXPECT_EQ(Append(0, "refused").status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(Append(1, "refused too").ok());
  EXPECT_EQ(Stored(), 20);
  files_.SetFull(false);
  const absl::StatusOr<es::Offset> after = Append(2, "after");
  EXPECT_TRUE(after.ok()) << after.status();
  const int stored = Stored();
  EXPECT_EQ(stored, 21);
  files_.CutPower();
  store_.reset();
  files_.RestorePower();
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(Stored(), stored);
}

TEST_F(LogStoreTest, ALogCutBeforeItsWitnessDoesNotOpen) {
  ASSERT_TRUE(Open().ok());
  AppendAcknowledged(40);
  store_.reset();  // writes the witness
  const auto wal = LargestFile(".log");
  std::filesystem::resize_file(wal, std::filesystem::file_size(wal) / 2);
  const absl::Status opened = Open();
  EXPECT_EQ(opened.code(), absl::StatusCode::kDataLoss) << opened;
  EXPECT_NE(std::string(opened.message()).find("budgets/"), std::string::npos) << opened;
}

TEST_F(LogStoreTest, ATornTailAfterTheWitnessOpens) {
  ASSERT_TRUE(Open().ok());
  AppendAcknowledged(40);
  store_.reset();
  std::filesystem::remove(folder_ + "/log/WITNESS");
  const auto wal = LargestFile(".log");
  std::filesystem::resize_file(wal, std::filesystem::file_size(wal) - 3);
  EXPECT_TRUE(Open().ok());
}

TEST_F(LogStoreTest, AFlippedByteInTheWriteAheadLogDoesNotOpen) {
  ASSERT_TRUE(Open().ok());
  AppendAcknowledged(200);
  store_.reset();
  const auto wal = LargestFile(".log");
  Flip(wal, static_cast<std::streamoff>(std::filesystem::file_size(wal) / 2));
  EXPECT_FALSE(Open().ok());
}

TEST_F(LogStoreTest, AFlippedByteInATableIsFoundWhenItIsRead) {
  options_.write_buffer_bytes = 64 << 10;
  ASSERT_TRUE(Open().ok());
  for (int i = 0; i < 400; ++i) ASSERT_TRUE(Append(0, std::string(1000, static_cast<char>('a' + i % 26))).ok());
  store_.reset();
  const auto table = LargestFile(".sst");
  ASSERT_FALSE(table.empty());
  Flip(table, 200);
  const absl::Status opened = Open();
  if (!opened.ok()) return;
  absl::Status read;
  es::Offset from = 0;
  while (read.ok()) {
    auto records = store_->topic("budgets")->Read(0, from, 1 << 20);
    read = records.status();
    if (!records.ok() || records->empty()) break;
    from = records->back().offset + 1;
  }
  EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss) << read;
  EXPECT_NE(std::string(read.message()).find("budgets/0 offset"), std::string::npos) << read;
}

// Damage at a partition's end, which is looked for when the log is opened.
TEST_F(LogStoreTest, AFlippedByteThatKeepsALogFromOpeningIsToldWithItsPlace) {
  ASSERT_TRUE(Open().ok());
  // Words that do not compress, so that records fill blocks.
  uint64_t word = 1;
  for (int i = 0; i < 40; ++i) {
    std::string stream;
    while (stream.size() < 1000) stream += std::to_string(word = word * 6364136223846793005u + 1442695040888963407u);
    ASSERT_TRUE(Append(0, stream).ok());
  }
  // The copy's records are in a table.
  ASSERT_TRUE(store_->Backup(folder_ + "/copy").ok());
  store_.reset();
  std::filesystem::remove_all(folder_ + "/log");
  std::filesystem::rename(folder_ + "/copy", folder_ + "/log");
  const auto table = LargestFile(".sst");
  ASSERT_FALSE(table.empty());
  int told = 0;
  for (std::streamoff at = 1000; at < static_cast<std::streamoff>(std::filesystem::file_size(table)); at += 1000) {
    Flip(table, at);
    const absl::Status opened = Open();
    store_.reset();
    Flip(table, at);
    if (opened.ok()) continue;
    EXPECT_EQ(opened.code(), absl::StatusCode::kDataLoss) << opened;
    const std::string why(opened.message());
    // A table whose index is damaged tells nothing of its records: then the file is named.
    // So is one whose first block is damaged, which has the log's identity.
    if (why.find("open log") == 0 || why.find("read the log's identity") == 0) continue;
    ++told;
    EXPECT_NE(why.find("budgets/0 offset"), std::string::npos) << at << ": " << opened;
  }
  EXPECT_GT(told, 0);
  EXPECT_TRUE(Open().ok());
  EXPECT_EQ(Stored(), 40);
}

TEST_F(LogStoreTest, ADamagedWitnessIsNoted) {
  ASSERT_TRUE(Open().ok());
  AppendAcknowledged(4);
  store_.reset();
  Flip(folder_ + "/log/WITNESS", 10);
  EXPECT_EQ(Open().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LogStoreTest, AnotherPartitionCountIsRefused) {
  ASSERT_TRUE(Open().ok());
  options_.partition_count = 8;
  EXPECT_EQ(Open().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(LogStoreTest, ABackupOpensAndHoldsWhatWasAcknowledged) {
  ASSERT_TRUE(Open().ok());
  AppendAcknowledged(30);
  ASSERT_TRUE(store_->Backup(folder_ + "/copy").ok());
  AppendAcknowledged(30);
  const std::string log_id = store_->identity().log_id();
  auto copy = LogStore::OpenReadOnly(folder_ + "/copy", {"budgets"});
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ((*copy)->identity().log_id(), log_id);
  int stored = 0;
  for (int p = 0; p < 4; ++p) stored += static_cast<int>((*copy)->topic("budgets")->Read(p, 0, 1 << 30)->size());
  EXPECT_EQ(stored, 30);
  // A copy that is cut later is noticed as any log is.
  const absl::StatusOr<PartitionEnds> witness = ReadWitness(folder_ + "/copy/WITNESS");
  ASSERT_TRUE(witness.ok()) << witness.status();
  int64_t witnessed = 0;
  for (const auto& [where, end] : *witness) witnessed += end;
  EXPECT_EQ(witnessed, 30);
}

}  // namespace
}  // namespace regard::rocks
