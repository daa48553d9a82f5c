"""GitHub workflows that bring a bundle to its platform."""


def sync_to_space(space: str) -> str:
    """Return the workflow that uploads the folder to a Space with the Hub's own client, the token as a secret."""
    name = space or "${{ vars.SPACE }}"
    return f"""\
name: Space
on:
  push:
    branches: [main]
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: space
jobs:
  upload:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
        with:
          lfs: true
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install "huggingface_hub>=2,<3"
      - run: hf upload "$SPACE" . . --repo-type space --delete "*" --exclude ".git/*" --exclude ".github/*"
        env:
          SPACE: {name}
          HF_TOKEN: ${{{{ secrets.HF_TOKEN }}}}
"""
