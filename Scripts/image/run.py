"""Runs the program of an unpacked image as a container would: in its root, directory and environment, as its user."""

import argparse
import json
import os


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", help="directory of the unpacked image")
    parser.add_argument("configuration", help="JSON file that unpack.py printed")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of the program")
    options = parser.parse_args()

    with open(options.configuration) as file:
        configuration = json.load(file)
    user, group = map(int, configuration["User"].split(":"))
    os.chroot(options.root)
    os.chdir(configuration["WorkingDir"])
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    program = configuration["Entrypoint"]
    environment = dict(line.split("=", 1) for line in configuration["Env"])
    os.execve(program[0], program + options.arguments, environment)


main()
