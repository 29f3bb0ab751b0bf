#pragma once

#include "appliers/kube/chunk_pipe.hpp"
#include "appliers/kube/client_impl.hpp"
#include "appliers/kube/stream_decoder.hpp"

namespace reconcile::kube {

/// A list under way: asks page after page, and decodes what came when it is told to. One thread at
/// a time; `notify` says (on the loop) that `step` has something to do.
class ListRun {
 public:
  ListRun(std::shared_ptr<Client::Impl> client, Selection selection, ListOptions options,
          ListItem item, std::function<void()> notify);
  ~ListRun();
  ListRun(const ListRun&) = delete;
  ListRun& operator=(const ListRun&) = delete;

  /// Asks for the first page. May block, as credentials and discovery may.
  void start();
  /// Takes in what came. True once the list is over. Throws what the item callback throws.
  bool step();
  [[nodiscard]] const ListResult& result() const noexcept { return result_; }

 private:
  void ask();
  bool end_page(io::HttpResponse answer);
  bool fail(ApiStatus status);
  void take_item(std::string_view raw);

  std::shared_ptr<Client::Impl> client_;
  const Selection selection_;
  const ListOptions options_;
  ListItem item_;
  std::function<void()> notify_;
  std::string type_prefix_;  ///< `{"apiVersion":…,"kind":…,` for items that lack both
  std::string patched_;
  std::string continue_;
  std::unique_ptr<ListDecoder> decoder_;
  std::shared_ptr<ChunkPipe> pipe_;
  io::Timer retry_;
  std::shared_ptr<std::atomic<bool>> retry_due_ = std::make_shared<std::atomic<bool>>(false);
  bool any_bytes_ = false;
  bool over_ = false;
  bool credentials_renewed_ = false;
  int attempt_ = 1;
  std::exception_ptr item_failure_;
  ListResult result_;
};

}  // namespace reconcile::kube
