#include "engine/controllers/source_fetch.hpp"

#include <exception>
#include <utility>

#include "engine/controllers/source_credentials.hpp"
#include "reconcile/sources/directory_source.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;

std::shared_ptr<sources::Source> make_source(FetchJob& job, kube::Client& client,
                                             const std::string& data_dir) {
  if (!job.directory.empty()) return std::make_shared<sources::DirectorySource>(job.directory);
  if (!job.secret.empty()) read_git_secret(client, job.key.namespace_name, job.secret, job.options);
  return std::make_shared<sources::GitSource>(job.options, data_dir);
}

void fetch_tip(FetchJob& job, Fetched& fetched) {
  std::optional<sources::Artifact> artifact;
  try {
    artifact = job.source->fetch(job.known);
  } catch (const Error& error) {
    fetched.branch_gone = error.code() == ErrorCode::not_found;
    throw;
  }
  if (!artifact) return;
  if (job.gate != nullptr) {
    fetched.tip = artifact->revision;
    return;
  }
  const std::string objection = job.objection ? job.objection(job.options, *artifact) : "";
  if (!objection.empty()) {
    fetched.objected = true;
    throw Error(ErrorCode::conflict, objection);
  }
  fetched.artifact = std::move(artifact);
}

/// Opens the admitted commit where it is not in force yet: from the source's own mirror, else from
/// where the gate keeps it.
void open_admitted(FetchJob& job, Fetched& fetched) {
  if (job.gate == nullptr || job.admitted.empty() || job.admitted == job.in_force) return;
  const sources::Revision revision{revision_name(job.options.reference), "sha1:" + job.admitted};
  if (auto* git = dynamic_cast<sources::GitSource*>(job.source.get()); git != nullptr)
    fetched.artifact = git->open(revision);
  if (!fetched.artifact) fetched.artifact = job.gate->restore(revision, job.options.ignore);
  if (!fetched.artifact) {
    throw Error(ErrorCode::not_found, "expected the admitted commit " + job.admitted +
                                          " in the mirror or the evidence repository, found it in "
                                          "neither");
  }
}

template <typename Step>
void guarded(Fetched& fetched, const Step& step) {
  try {
    step();
  } catch (const Error& error) {
    // Credentials may have been changed: the next fetch reads them anew.
    if (error.code() == ErrorCode::unauthorized) fetched.source = nullptr;
    if (!fetched.error) fetched.error = error;
  } catch (const std::exception& error) {
    if (!fetched.error) fetched.error = Error(ErrorCode::internal, error.what());
  }
}

}  // namespace

std::string revision_name(const sources::GitReference& reference) {
  if (!reference.name.empty()) return reference.name;
  return reference.branch.empty() ? "master" : reference.branch;
}

Fetched run_fetch(FetchJob job, kube::Client& client, sources::ArtifactStore& store,
                  const std::string& data_dir) {
  Fetched fetched;
  guarded(fetched, [&] {
    if (job.source == nullptr) job.source = make_source(job, client, data_dir);
    fetched.source = job.source;
    if (job.asks_server) fetch_tip(job, fetched);
  });
  // What is admitted runs whether the server answers or not.
  guarded(fetched, [&] { open_admitted(job, fetched); });
  guarded(fetched, [&] {
    if (fetched.artifact) fetched.artifact = store.put(job.key.display(), *fetched.artifact);
  });
  return fetched;
}

}  // namespace reconcile::engine
