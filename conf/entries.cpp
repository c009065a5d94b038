#include "conf/entries.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace parley::conf {

namespace {

// Far more than any configuration has. An alias can make a YAML document its
// own part, so both must end somewhere.
constexpr std::size_t depth_max = 8;
constexpr std::size_t entries_max = 1000;
constexpr std::size_t faults_max = 100;

/// Walks a document and notes each value under its full name.
class flattener {
public:
  flattener(std::string_view file, entries& out,
            std::vector<std::string>& faults)
    : file_(file), out_(out), faults_(faults) {}

  /// Adds what `name`, written at `mark`, was given.
  void add(const std::string& name, const YAML::Mark& mark,
           const YAML::Node& node, std::size_t depth) {
    if (faults_.size() >= faults_max)
      return;
    auto place = where(mark);
    if (depth > depth_max || out_.size() > entries_max) {
      faults_.push_back(place + ": is more than a configuration can be");
      return;
    }
    switch (node.Type()) {
      case YAML::NodeType::Map: add_map(name, node, depth); break;
      case YAML::NodeType::Sequence: add_list(name, place, node); break;
      case YAML::NodeType::Scalar:
        put(name, {entry_kind::text, {node.Scalar()}, place});
        break;
      default: put(name, {entry_kind::empty, {}, place});
    }
  }

private:
  void add_map(const std::string& name, const YAML::Node& node,
               std::size_t depth) {
    for (const auto& member : node) {
      auto mark = member.first.Mark();
      if (!member.first.IsScalar()) {
        faults_.push_back(where(mark) + ": a key is a plain word");
        continue;
      }
      const auto& word = member.first.Scalar();
      add(name.empty() ? word : name + "." + word, mark, member.second,
          depth + 1);
    }
  }

  void add_list(const std::string& name, const std::string& place,
                const YAML::Node& node) {
    std::vector<std::string> texts;
    for (const auto& item : node) {
      if (!item.IsScalar()) {
        faults_.push_back(
          fmt::format("{}: {} is a list of texts", place, name));
        return;
      }
      texts.push_back(item.Scalar());
    }
    put(name, {entry_kind::list, std::move(texts), place});
  }

  void put(const std::string& name, entry x) {
    auto place = x.where;
    auto [at, added] = out_.emplace(name, std::move(x));
    if (!added)
      faults_.push_back(fmt::format("{}: {} is there already, at {}", place,
                                    name, at->second.where));
  }

  std::string where(const YAML::Mark& mark) const {
    return fmt::format("{}:{}", file_, mark.line + 1);
  }

  std::string_view file_;
  entries& out_;
  std::vector<std::string>& faults_;
};

/// Whether something stands behind the first document, which alone is read:
/// `---` begins the next one, and behind `...` there may be one.
bool has_more_documents(std::string_view yaml) {
  auto is_mark = [](std::string_view line, std::string_view mark) {
    return line.starts_with(mark)
           && (line.size() == mark.size()
               || line.find_first_of(" \t\r", mark.size()) == mark.size());
  };
  bool has_content = false;
  bool has_ended = false;
  while (!yaml.empty()) {
    auto end = std::min(yaml.find('\n'), yaml.size());
    auto line = yaml.substr(0, end);
    yaml.remove_prefix(std::min(end + 1, yaml.size()));
    auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos || line[first] == '#'
        || line[first] == '%')
      continue;
    if (has_ended || (has_content && is_mark(line, "---")))
      return true;
    has_ended = is_mark(line, "...");
    has_content = true;
  }
  return false;
}

} // namespace

void add_yaml(std::string_view yaml, std::string_view file, entries& out,
              std::vector<std::string>& faults) {
  try {
    if (has_more_documents(yaml))
      faults.push_back(fmt::format("{}: has more than one document", file));
    auto root = YAML::Load(std::string{yaml});
    if (root.IsMap())
      flattener{file, out, faults}.add("", root.Mark(), root, 0);
    else if (!root.IsNull())
      faults.push_back(fmt::format("{}: is not a YAML map", file));
  } catch (const YAML::Exception& fault) {
    faults.push_back(
      fmt::format("{}:{}: {}", file, fault.mark.line + 1, fault.msg));
  }
}

void add_override(std::string_view text, entries& out,
                  std::vector<std::string>& faults) {
  auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    faults.push_back(fmt::format("--set {}: write KEY=VALUE", text));
    return;
  }
  std::string name{text.substr(0, equals)};
  auto value = text.substr(equals + 1);
  out.insert_or_assign(name,
                       entry{entry_kind::text, {std::string{value}}, "--set"});
}

namespace {

result<std::vector<std::string>> read_flow_list(std::string_view text) {
  const error fault{errc::bad_config, "is a list: A,B or [A, B]"};
  try {
    auto list = YAML::Load(std::string{text});
    if (!list.IsSequence())
      return fault;
    std::vector<std::string> out;
    for (const auto& item : list) {
      if (!item.IsScalar())
        return fault;
      out.push_back(item.Scalar());
    }
    return out;
  } catch (const YAML::Exception&) {
    return fault;
  }
}

} // namespace

result<std::vector<std::string>> split_texts(std::string_view text) {
  if (text.starts_with('['))
    return read_flow_list(text);
  std::vector<std::string> out;
  while (!text.empty()) {
    auto comma = text.find(',');
    out.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size()
                                                       : comma + 1);
  }
  return out;
}

} // namespace parley::conf
