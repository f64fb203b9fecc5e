@echo off
rem Serves the course and opens it; without Python it opens the pages as files.
cd /d "%~dp0"
py -3 --version >nul 2>&1 && (py -3 serve.py %* & exit /b)
python --version >nul 2>&1 && (python serve.py %* & exit /b)
start "" site\index.html
